// Adds a card with the payment service's own fields. A card number never reaches this script: the fields live in
// a frame of the payment service, and what it answers goes to our server only as “please look”.

const form = document.querySelector('#add');
const save = document.querySelector('#save');
const problem = document.querySelector('#problem');
const loading = document.querySelector('#loading');
const status = document.querySelector('#waiting');
const words = JSON.parse(document.querySelector('#words').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');

const LOAD_PATIENCE = 20_000;
const ASK_PATIENCE = 45_000;

let stripe;
let elements;
let field;

// ── the payment service's fields ─────────────────────────────────────────────────────────────────────────────

function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
    setTimeout(reject, LOAD_PATIENCE);
  });
}

function appearance() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    theme: dark.matches ? 'night' : 'stripe',
    labels: 'above',
    disableAnimations: matchMedia('(prefers-reduced-motion: reduce)').matches,
    variables: {
      colorPrimary: colour('--brand'),
      colorBackground: colour('--page'),
      colorText: colour('--ink'),
      colorTextSecondary: colour('--quiet'),
      colorDanger: colour('--bad'),
      fontFamily: style.fontFamily,
      fontSizeBase: '17px',
      borderRadius: '10px',
    },
  };
}

function mount() {
  const { key, account, locale } = form.dataset;
  stripe = window.Stripe(key, { locale, ...(account && { stripeAccount: account }) });
  elements = stripe.elements({ mode: 'setup', allowedPaymentMethodTypes: ['card'], appearance: appearance(), locale });
  field = elements.create('payment', {
    fields: { billingDetails: { name: 'never', address: { country: 'never', postalCode: 'never' } } },
    terms: { card: 'never' },
    wallets: { applePay: 'never', googlePay: 'never', link: 'never' },
  });
  field.on('ready', () => {
    loading.hidden = true;
    save.disabled = false;
  });
  field.on('loaderror', unavailable);
  field.mount('#element');
  dark.addEventListener('change', () => elements.update({ appearance: appearance() }));
}

function unavailable() {
  form.hidden = true;
  tell(words.unavailable, { link: words.again });
}

// ── saying what happened ─────────────────────────────────────────────────────────────────────────────────────

/** `link` leads to the form anew; `inFrame` leaves the focus with the field that the payment service marked. */
function tell(text, { link, inFrame } = {}) {
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  problem.replaceChildren(paragraph);
  if (link) {
    problem.append(Object.assign(document.createElement('a'), { href: form.action, textContent: link }));
  }
  problem.hidden = false;
  if (!inFrame) problem.focus();
}

function tellAboutConsent(text) {
  const box = form.querySelector('#consent');
  form.querySelector('#consent-problem').textContent = text;
  box.setAttribute('aria-invalid', String(Boolean(text)));
  if (text) box.focus();
}

/** Says what is going on while it takes longer than 300 ms, and again when it takes long; returns what ends that. */
function beBusy() {
  const say = (text) => {
    form.setAttribute('aria-busy', 'true');
    status.textContent = save.textContent = text;
  };
  const timers = [setTimeout(say, 300, words.saving), setTimeout(say, 8000, words.patience)];
  save.disabled = true;
  return () => {
    timers.forEach(clearTimeout);
    form.removeAttribute('aria-busy');
    status.textContent = '';
    save.textContent = words.save;
    save.disabled = false;
  };
}

// ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────

class Stop extends Error {
  constructor(text, options = {}) {
    super(text);
    this.options = options;
  }
}

/** Asks our server to begin; the same attempt gets the same answer, so pressing twice saves once. */
async function begin() {
  let answer;
  try {
    answer = await fetch(form.action, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({
        attempt: form.dataset.attempt,
        consent: true,
        charge: Boolean(form.querySelector('#charge')?.checked),
      }),
      signal: AbortSignal.timeout(ASK_PATIENCE),
    });
  } catch {
    throw new Stop(words.unreachable);
  }
  const json = answer.headers.get('Content-Type')?.startsWith('application/json');
  if (!json) throw new Stop(words.stale, { link: words.again });
  const said = await answer.json();
  if (answer.ok || said.return_url) return said;
  throw new Stop(said.message, { link: answer.status === 401 ? words.sign_in : undefined });
}

function billing() {
  const value = (id) => form.querySelector(id).value.trim();
  return { name: value('#holder'), address: { country: value('#country'), postal_code: value('#postcode') || null } };
}

/** Returns where to go next. */
async function saveCard() {
  const { error: incomplete } = await elements.submit();
  if (incomplete) throw new Stop(words.fields, { inFrame: true });
  const { client_secret: clientSecret, return_url: returnUrl } = await begin();
  if (!clientSecret) return returnUrl; // this attempt has ended: the server knows how
  const { error } = await stripe.confirmSetup({
    elements,
    clientSecret,
    confirmParams: { return_url: returnUrl, payment_method_data: { billing_details: billing() } },
    redirect: 'if_required',
  });
  if (!error || ['succeeded', 'processing'].includes(error.setup_intent?.status)) return returnUrl;
  throw new Stop(sentence(error));
}

function sentence(error) {
  if (error.code === 'setup_intent_authentication_failure') return `${words.unconfirmed} ${words.nothing}`;
  // where the service does not speak the page's language, its words would be English
  const told = form.dataset.locale === document.documentElement.lang ? error.message : undefined;
  if (error.type === 'card_error') return `${told ?? words.declined} ${words.nothing}`;
  if (error.type === 'validation_error') return words.fields;
  return words.unknown;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (save.disabled) return;
  const agreed = form.querySelector('#consent').checked;
  tellAboutConsent(agreed ? '' : words.consent);
  if (!agreed) {
    await elements.submit(); // marks what is missing in the frame too
    return;
  }
  problem.hidden = true;
  const rest = beBusy();
  try {
    location.assign(await saveCard()); // and stay busy until the next page is there
  } catch (stop) {
    rest();
    if (!(stop instanceof Stop)) {
      tell(words.unknown);
      throw stop;
    }
    tell(stop.message, stop.options);
  }
});

addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload(); // a set-up that is over must not be shown again by “back”
});

loadScript(form.dataset.script).then(mount).catch(unavailable);
