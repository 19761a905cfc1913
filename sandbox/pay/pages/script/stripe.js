/** What `Stripe(key)` returns. */
class Client {
  /** @param {Access} access */
  constructor(access, locale = 'auto') {
    this.access = access;
    this.locale = locale;
  }

  /** @param {any} [options] */
  elements(options = {}) {
    return new Elements(this.access, { locale: this.locale, ...options });
  }

  /** @param {ConfirmOptions} options */
  confirmSetup(options) {
    return confirmWithOptions(this.access, setupKind, options);
  }

  /** @param {ConfirmOptions} options */
  confirmPayment(options) {
    return confirmWithOptions(this.access, paymentKind, options);
  }

  /**
   * @param {string} clientSecret
   * @param {any} [data]
   * @param {{handleActions?: boolean}} [options]
   * @returns {Promise<import('@stripe/stripe-js').SetupIntentResult>}
   */
  confirmCardSetup(clientSecret, data, options) {
    return this.confirmCard(setupKind, clientSecret, data, options);
  }

  /**
   * @param {string} clientSecret
   * @param {any} [data]
   * @param {{handleActions?: boolean}} [options]
   * @returns {Promise<import('@stripe/stripe-js').PaymentIntentResult>}
   */
  confirmCardPayment(clientSecret, data, options) {
    return this.confirmCard(paymentKind, clientSecret, data, options);
  }

  /**
   * @param {Kind} kind
   * @param {string} secret
   * @param {any} data
   * @param {{handleActions?: boolean}} options
   * @returns {Promise<any>}
   */
  confirmCard(kind, secret, { payment_method: method, ...params } = {}, { handleActions = true } = {}) {
    intentPath(secret, kind);
    const card = typeof method === 'object'
      ? { payment_method_data: tokenCard({ type: 'card', ...method }) }
      : { payment_method: method };
    return confirmIntent(this.access, secret, { ...params, ...card }).then(async (first) => {
      const waits = !handleActions && first.object?.status === 'requires_action';
      return named(kind, waits ? first : await settle(this.access, secret, first));
    });
  }

  /**
   * @param {{clientSecret?: string, hashedValue?: string}} options hashed values are for wallets: refused
   * @returns {Promise<import('@stripe/stripe-js').PaymentIntentOrSetupIntentResult>}
   */
  handleNextAction(options) {
    const secret = String(options?.clientSecret);
    const kind = kindOf(secret);
    return retrieveIntent(this.access, secret).then(async (first) => {
      const ready = first.error || first.object.status === 'requires_action';
      return named(kind, ready ? await settle(this.access, secret, first) : unexpected(kind, first.object));
    });
  }

  /**
   * @param {string} clientSecret
   * @returns {Promise<import('@stripe/stripe-js').SetupIntentResult>}
   */
  retrieveSetupIntent(clientSecret) {
    intentPath(clientSecret, setupKind);
    return retrieveIntent(this.access, clientSecret).then((answer) => named(setupKind, answer));
  }

  /**
   * @param {string} clientSecret
   * @returns {Promise<import('@stripe/stripe-js').PaymentIntentResult>}
   */
  retrievePaymentIntent(clientSecret) {
    intentPath(clientSecret, paymentKind);
    return retrieveIntent(this.access, clientSecret).then((answer) => named(paymentKind, answer));
  }

  /**
   * @param {import('@stripe/stripe-js').CreateConfirmationToken} options
   * @returns {Promise<import('@stripe/stripe-js').ConfirmationTokenResult>}
   */
  createConfirmationToken({ elements, params = {} }) {
    const element = groupOf(elements).mounted();
    demandHidden(element, params.payment_method_data?.billing_details);
    const path = 'confirmation_tokens';
    return element.ask('create', { path, params }).then(({ object, error }) => (
      error ? { error } : { confirmationToken: object }
    ));
  }

  /**
   * @param {any} options
   * @returns {Promise<import('@stripe/stripe-js').PaymentMethodResult>}
   */
  createPaymentMethod(options) {
    return this.makePaymentMethod(options).then(({ object, error }) => (
      error ? { error } : { paymentMethod: object }
    ));
  }

  /**
   * @param {any} options
   * @returns {Promise<Answer>}
   */
  makePaymentMethod(options) {
    const { elements, element, params = {}, metadata, ...data } = options;
    if (!elements && !element) return callApi(this.access, 'POST', 'payment_methods', tokenCard({ ...data, metadata }));
    const group = groupOf(elements ?? element.group);
    const manual = element || group.options.paymentMethodCreation === 'manual';
    demand(manual, "Make the Elements with paymentMethodCreation: 'manual'.");
    const form = group.mounted();
    demandHidden(form, params.billing_details);
    return form.ask('create', { path: 'payment_methods', params: { metadata, ...params } });
  }
}

/**
 * @param {any} elements
 * @returns {Elements}
 */
function groupOf(elements) {
  demand(elements instanceof Elements, "'elements' must come from stripe.elements().");
  return elements;
}

/**
 * @param {any} data
 * @returns {any} the same, when its card is one that this script may send from the page
 */
function tokenCard(data) {
  demand(data.type === 'card', "Give 'type: \"card\"'.");
  demand(typeof data.card?.token === 'string', 'Card details come from a Payment Element, or as {token}.');
  return data;
}

/**
 * @param {Kind} kind
 * @param {any} intent
 * @returns {Answer}
 */
function unexpected(kind, intent) {
  const code = `${kind.snake}_unexpected_state`;
  const message = `There is no next action: the intent is ${intent.status}.`;
  return { error: { type: 'invalid_request_error', code, message, [kind.snake]: intent } };
}

/**
 * @param {string} publishableKey
 * @param {import('@stripe/stripe-js').StripeConstructorOptions} [options]
 */
function makeStripe(publishableKey, { stripeAccount, apiVersion, locale } = {}) {
  demand(typeof publishableKey === 'string' && publishableKey, 'Give your publishable key.');
  demand(!/^[sr]k_/.test(publishableKey), 'A secret key must never be in a page. Give the publishable key.');
  const { api: origin } = origins;
  return new Client({ origin, key: publishableKey, account: stripeAccount, version: apiVersion }, locale);
}

// The published type lists every payment method of the world; this script has what cards need.
window.Stripe = /** @type {any} */ (makeStripe);
