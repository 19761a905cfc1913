const framePatience = 20_000; // milliseconds until a frame that never loaded is an error
const answerPatience = 60_000; // longer than the frame's own call to the API

/** The Payment Element: a frame on the payment service's origin that keeps the card number to itself. */
class PaymentElement extends Emitter {
  /**
   * @param {Elements} group
   * @param {import('@stripe/stripe-js').StripePaymentElementOptions} options
   */
  constructor(group, options) {
    super();
    this.group = group;
    this.options = options;
    /** @type {HTMLIFrameElement | null} */
    this.frame = null;
    /** @type {Channel | null} */
    this.channel = null;
    /** @type {Promise<boolean>} */
    this.ready = Promise.resolve(false);
    this.destroyed = false;
  }

  /** @param {string | HTMLElement} target */
  mount(target) {
    this.demandAlive();
    demand(!this.frame, 'This Element is already mounted. Call unmount() first.');
    const place = typeof target === 'string' ? document.querySelector(target) : target;
    demand(place instanceof HTMLElement, `There is no element to mount in: ${target}`);
    const id = randomId();
    this.frame = this.makeFrame(id);
    place.replaceChildren(this.frame);
    demand(this.frame.contentWindow, 'The element to mount in must be part of the page.');
    this.channel = new Channel(this.frame.contentWindow, origins.js, id);
    this.ready = this.load(this.channel, this.frame);
  }

  /** @param {string} id */
  makeFrame(id) {
    const frame = document.createElement('iframe');
    frame.title = 'Card details, kept by the payment service';
    frame.setAttribute('allow', 'payment');
    frame.src = `${origins.js}/fields#${encode({ channel: id, origin: location.origin })}`;
    dress(frame, { border: '0', display: 'block', width: '100%', height: '176px' });
    this.dressFrame(frame);
    return frame;
  }

  /**
   * The browser paints an opaque ground behind a frame whose colour scheme is not its element's.
   * @param {HTMLIFrameElement} frame
   */
  dressFrame(frame) {
    const dark = this.group.options.appearance?.theme === 'night';
    dress(frame, { 'color-scheme': dark ? 'dark' : 'light' });
  }

  /**
   * @param {Channel} channel
   * @param {HTMLIFrameElement} frame
   * @returns {Promise<boolean>} whether the form can be used
   */
  async load(channel, frame) {
    this.listen(channel, frame);
    const loaded = new Promise((resolve) => {
      channel.on('loaded', () => resolve(null));
      setTimeout(() => resolve(connectionError()), framePatience);
    });
    await null; // so that handlers added right after mount() hear this one
    this.tell('loaderstart');
    const [error, refused] = await Promise.all([loaded, this.group.refusal()]);
    if (this.channel !== channel) return false;
    const wrong = refused ?? error ?? (await this.begin(channel));
    if (wrong) this.fail(wrong);
    else this.tell('ready');
    return !wrong;
  }

  /** @param {Channel} channel */
  async begin(channel) {
    return (await channel.ask('init', this.settings(), framePatience)) ? null : connectionError();
  }

  /** @param {ApiError} error */
  fail(error) {
    if (!this.heard.get('loaderror')?.length) console.error('The Payment Element did not load:', error);
    this.tell('loaderror', { error });
  }

  /**
   * @param {Channel} channel
   * @param {HTMLIFrameElement} frame
   */
  listen(channel, frame) {
    for (const type of ['change', 'focus', 'blur', 'escape', 'carddetailschange']) {
      channel.on(type, (body) => this.tell(type, body));
    }
    channel.on('height', (height) => dress(frame, { height: `${Number(height)}px` }));
    channel.on('enter', () => frame.closest('form')?.requestSubmit());
  }

  /**
   * @param {string} type
   * @param {object} [more]
   */
  tell(type, more) {
    this.emit(type, { elementType: 'payment', ...more });
  }

  settings() {
    const { mode, locale, appearance, setupFutureUsage } = this.group.options;
    const { fields, defaultValues, terms, business, readOnly } = this.options;
    const saves = (mode ?? this.group.kind?.mode) === 'setup' || Boolean(setupFutureUsage);
    const { access } = this.group;
    return plain({ access, locale, appearance, saves, fields, defaultValues, terms, business, readOnly });
  }

  /**
   * @param {string} verb
   * @param {any} [body]
   * @returns {Promise<Answer>}
   */
  async ask(verb, body) {
    demand(this.channel, 'The Payment Element must be mounted.');
    const { channel } = this;
    if (!(await this.ready)) return { error: connectionError() };
    const answer = (await channel.ask(verb, plain(body), answerPatience)) ?? { error: connectionError() };
    if (answer.error?.type === 'validation_error') this.focus();
    return answer;
  }

  /** @param {Partial<import('@stripe/stripe-js').StripePaymentElementUpdateOptions>} options */
  update(options) {
    this.demandAlive();
    this.options = { ...this.options, .../** @type {any} */ (options) };
    this.refresh();
    return this;
  }

  refresh() {
    if (this.frame) this.dressFrame(this.frame);
    this.channel?.send('update', this.settings());
  }

  /** Only the page can give the frame the focus, and only the frame can pass it on to a field. */
  focus() {
    this.demandAlive();
    this.frame?.focus();
    this.channel?.send('focus');
  }

  blur() {
    this.demandAlive();
    this.channel?.send('blur');
    this.frame?.blur();
  }

  clear() {
    this.demandAlive();
    this.channel?.send('clear');
  }

  /** There is one way to pay, always open: nothing to fold away. */
  collapse() {
    this.demandAlive();
    return this;
  }

  unmount() {
    this.demandAlive();
    this.channel?.close();
    this.frame?.remove();
    this.channel = this.frame = null;
    this.group.submitted = false;
  }

  destroy() {
    this.unmount();
    this.destroyed = true;
    this.group.forget();
  }

  demandAlive() {
    demand(!this.destroyed, 'This Element has been destroyed. Create another one.');
  }
}

/**
 * Drop what cannot cross to another window (functions, `undefined`).
 * @param {any} value
 */
function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
