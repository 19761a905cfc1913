const invitation = new URLSearchParams(location.hash.slice(1));
const rightToLeft = ['ar', 'fa', 'he', 'ur'];
const looks = [
  'colorPrimary', 'colorBackground', 'colorText', 'colorTextSecondary', 'colorDanger', 'fontFamily', 'fontSizeBase',
  'borderRadius', 'spacingUnit',
];

/** Whoever saves a card agrees to later payments; address and browser are taken from the call itself. */
const acceptance = { customer_acceptance: { type: 'online', online: { infer_from_client: true } } };

/** The frame: listens to the page that embeds it, and alone talks to the API about cards. */
class Frame {
  /** @param {Channel} page */
  constructor(page) {
    this.page = page;
    this.form = new CardForm();
    /** @type {Access} */
    this.access = { origin: '', key: '' };
    this.told = '';
    this.answerPage();
    this.watchForm();
    page.send('loaded');
  }

  answerPage() {
    const { page, form } = this;
    page.on('init', (settings) => this.apply(settings));
    page.on('update', (settings) => this.apply(settings));
    page.on('submit', () => this.checked(async () => ({ object: null })));
    page.on('confirm', (body) => this.checked(() => this.confirm(body)));
    page.on('create', (body) => this.checked(() => this.create(body)));
    page.on('refused', (error) => form.refuse(error));
    page.on('focus', () => form.focus());
    page.on('blur', () => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    page.on('clear', () => {
      form.clear();
      this.tellChange();
    });
  }

  watchForm() {
    const { page, form } = this;
    window.addEventListener('focus', () => page.send('focus'));
    window.addEventListener('blur', () => page.send('blur'));
    form.form.addEventListener('input', () => this.tellChange());
    form.form.addEventListener('submit', (event) => event.preventDefault());
    form.form.addEventListener('keydown', ({ key, target }) => {
      if (key === 'Escape') page.send('escape');
      if (key === 'Enter' && target instanceof HTMLInputElement) page.send('enter');
    });
    new ResizeObserver(() => page.send('height', Math.ceil(form.form.getBoundingClientRect().height))).observe(form.form);
  }

  /** @param {Settings} settings */
  apply(settings) {
    this.access = { ...settings.access, origin: location.origin.replace('//js.', '//api.') };
    const root = document.documentElement;
    root.dataset.theme = settings.appearance?.theme ?? 'stripe';
    for (const name of looks) {
      root.style.setProperty(`--${name}`, settings.appearance?.variables?.[name] ?? '');
    }
    root.dir = rightToLeft.includes((settings.locale ?? '').split('-')[0]) ? 'rtl' : 'ltr';
    speak(settings.locale ?? '');
    this.form.apply(settings);
    return true;
  }

  tellChange() {
    const { empty, complete, brand, address } = this.form;
    const { country, postal_code: postalCode } = address;
    const billing = country ? { billingDetails: { address: { country, postalCode: postalCode ?? null } } } : {};
    const change = { empty, complete, collapsed: false, value: { type: 'card', ...billing } };
    if (this.told !== JSON.stringify(change)) this.page.send('change', change);
    this.told = JSON.stringify(change);
    if (this.brand !== brand.id) this.tellBrand(brand);
  }

  /** @param {Brand} brand */
  tellBrand({ id }) {
    this.brand = id;
    const brands = id === 'unknown' ? null : [id === 'maestro' ? 'unknown' : id];
    this.page.send('carddetailschange', { loading: false, details: { brands, funding: null } });
  }

  /** @param {() => Promise<Answer>} call made only with a form that is filled in well */
  async checked(call) {
    const error = this.form.check();
    if (error) return { error };
    this.busy(true);
    const answer = await call();
    this.busy(false);
    if (answer.error) answer.error.message = inWords(answer.error.code ?? '', answer.error.message ?? '');
    return answer;
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.form.form.setAttribute('aria-busy', String(busy));
    this.form.lock(busy);
  }

  /** @param {{path: string, secret: string, params: Record<string, any>}} order */
  confirm({ path, secret, params: { payment_method_data: data, ...params } }) {
    const agreed = path.startsWith('setup_intents') ? { mandate_data: acceptance } : {};
    return callApi(this.access, 'POST', `${path}/confirm`, {
      ...agreed, ...params, client_secret: secret, use_stripe_sdk: true, payment_method_data: this.form.method(data),
    });
  }

  /** @param {{path: string, params: Record<string, any>}} order */
  create({ path, params: { payment_method_data: data, ...params } }) {
    const sent = path === 'payment_methods'
      ? this.form.method(params)
      : { ...params, payment_method_data: this.form.method(data) };
    return callApi(this.access, 'POST', path, sent);
  }
}

new Frame(new Channel(window.parent, invitation.get('origin') ?? '', invitation.get('channel') ?? ''));
