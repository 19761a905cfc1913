const finished = ['succeeded', 'canceled', 'processing', 'requires_capture'];

/**
 * @typedef {Record<string, any> & {
 *   mode?: 'setup' | 'payment' | 'subscription', clientSecret?: string, locale?: string,
 *   appearance?: import('@stripe/stripe-js').Appearance, setupFutureUsage?: string | null,
 * }} GroupOptions
 */

/** A group of Elements that belong to one payment or set-up, whose intent may come later. */
class Elements extends Emitter {
  /**
   * @param {Access} access
   * @param {GroupOptions} options
   */
  constructor(access, options) {
    super();
    checkGroup(options);
    this.access = access;
    this.options = options;
    this.kind = options.clientSecret ? kindOf(options.clientSecret) : null;
    /** @type {PaymentElement | null} */
    this.payment = null;
    this.submitted = false;
  }

  /**
   * @param {string} type
   * @param {any} [options]
   * @returns {any}
   */
  create(type, options = {}) {
    demand(type === 'payment', `This sandbox has the Payment Element only, not '${type}'.`);
    demand(!this.payment, 'There is a Payment Element already. Destroy it before you create another.');
    this.payment = new PaymentElement(this, options);
    return this.payment;
  }

  /**
   * @param {string} type
   * @returns {any}
   */
  getElement(type) {
    return type === 'payment' ? this.payment : null;
  }

  forget() {
    this.payment = null;
  }

  /** @returns {PaymentElement} */
  mounted() {
    demand(this.payment?.channel, 'These Elements need a Payment Element that is mounted.');
    return this.payment;
  }

  /** @returns {Promise<{selectedPaymentMethod: string, error?: undefined} | {error: ApiError}>} */
  submit() {
    const element = this.mounted();
    return element.ask('submit').then(({ error }) => {
      this.submitted = !error;
      return error ? { error } : { selectedPaymentMethod: 'card' };
    });
  }

  /** @param {import('@stripe/stripe-js').StripeElementsUpdateOptions} options */
  update(options) {
    const wanted = /** @type {GroupOptions} */ ({ ...this.options, ...options });
    checkGroup(wanted);
    this.options = wanted;
    this.payment?.refresh();
    return Promise.resolve().then(() => this.emit('update-end'));
  }

  /** @returns {Promise<{error?: {message: string, status?: string}}>} */
  async fetchUpdates() {
    if (!this.options.clientSecret) return {};
    const { error } = await retrieveIntent(this.access, this.options.clientSecret);
    return error ? { error: { message: error.message ?? 'The intent cannot be read.' } } : {};
  }

  /** @returns {Promise<ApiError | null>} why an existing intent cannot be filled in any more */
  async refusal() {
    if (!this.options.clientSecret) return null;
    const { object, error } = await retrieveIntent(this.access, this.options.clientSecret);
    if (error) return error;
    if (!finished.includes(object.status)) return null;
    const { snake } = kindOf(this.options.clientSecret);
    const code = `${snake}_unexpected_state`;
    return { type: 'invalid_request_error', code, message: `This intent is ${object.status} already.`, [snake]: object };
  }
}

/** @param {GroupOptions} options */
function checkGroup(options) {
  const { mode, clientSecret, amount, currency } = options;
  demand(
    !('paymentMethodTypes' in options || 'payment_method_types' in options),
    "'paymentMethodTypes' is no longer an option: use 'allowedPaymentMethodTypes'.",
  );
  demand(clientSecret ? !mode : mode, "Give 'clientSecret' of an intent or 'mode', and not both.");
  if (clientSecret) return void kindOf(clientSecret);
  demand(['setup', 'payment', 'subscription'].includes(mode ?? ''), `There is no mode '${mode}'.`);
  if (mode === 'setup') return;
  demand(Number.isInteger(amount) && amount >= 0, `In mode '${mode}' the amount in minor units is needed.`);
  demand(typeof currency === 'string', `In mode '${mode}' a currency is needed.`);
}
