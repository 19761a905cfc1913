/**
 * What confirmSetup and confirmPayment take.
 * @typedef {{
 *   elements?: any, clientSecret?: string, redirect?: 'always' | 'if_required',
 *   confirmParams?: Record<string, any>,
 * }} ConfirmOptions
 */

/**
 * @param {Access} access
 * @param {Kind} kind
 * @param {ConfirmOptions} options
 * @returns {Promise<any>}
 */
function confirmWithOptions(access, kind, options) {
  demand(options && typeof options === 'object', 'This call takes one object of options.');
  const { elements, confirmParams = {}, redirect = 'always' } = options;
  demand(['always', 'if_required'].includes(redirect), "'redirect' is 'always' or 'if_required'.");
  demand(redirect === 'if_required' || confirmParams.return_url, "'confirmParams.return_url' is needed.");
  const secret = secretOf(options);
  intentPath(secret, kind);
  const saved = confirmParams.payment_method ?? confirmParams.confirmation_token;
  demand(elements || saved, "Give 'elements', or a saved card in 'confirmParams'.");
  const answer = saved
    ? confirmIntent(access, secret, confirmParams)
    : confirmFromForm(elements, secret, confirmParams);
  return answer.then((first) => conclude(access, secret, first, options));
}

/**
 * @param {ConfirmOptions} options
 * @returns {string}
 */
function secretOf({ elements, clientSecret }) {
  demand(!elements || elements instanceof Elements, "'elements' must come from stripe.elements().");
  const own = elements?.options.clientSecret;
  demand(!(own && clientSecret), "These Elements have a 'clientSecret' already: do not give a second one.");
  const secret = own ?? clientSecret;
  demand(secret, "'clientSecret' is needed.");
  return secret;
}

/**
 * @param {Elements} elements
 * @param {string} secret
 * @param {Record<string, any>} params
 */
function confirmFromForm(elements, secret, params) {
  const element = elements.mounted();
  const deferred = !elements.options.clientSecret;
  demand(!deferred || elements.submitted, 'Call elements.submit() before you confirm.');
  demandHidden(element, params.payment_method_data?.billing_details);
  return element.ask('confirm', { path: intentPath(secret), secret, params });
}

/**
 * @param {Access} access
 * @param {string} secret
 * @param {Answer} first
 * @param {ConfirmOptions} options
 */
async function conclude(access, secret, first, { elements, confirmParams, redirect }) {
  const answer = await settle(access, secret, first);
  if (answer.error) {
    elements?.payment?.channel?.send('refused', answer.error);
    return { error: answer.error };
  }
  if (redirect === 'if_required') return named(kindOf(secret), answer);
  return leave(returnAddress(secret, answer.object, confirmParams?.return_url));
}

const addressParts = ['city', 'country', 'line1', 'line2', 'postal_code', 'state'];

/**
 * Who hides a field of the form must give its value instead.
 * @param {PaymentElement} element
 * @param {Record<string, any>} [given] billing details
 */
function demandHidden(element, given = {}) {
  const asked = element.options.fields?.billingDetails ?? 'auto';
  const whole = typeof asked === 'string' ? asked : 'auto';
  const { address = whole, ...people } = typeof asked === 'string' ? {} : asked;
  for (const part of /** @type {const} */ (['name', 'email', 'phone'])) {
    const hidden = (people[part] ?? whole) === 'never';
    demand(!hidden || given[part] !== undefined, hiddenMessage(part));
  }
  for (const part of addressParts) {
    const field = part === 'postal_code' ? 'postalCode' : part;
    const choice = typeof address === 'string' ? address : /** @type {any} */ (address)[field];
    demand(choice !== 'never' || given.address?.[part] !== undefined, hiddenMessage(`address.${part}`));
  }
}

/** @param {string} part */
function hiddenMessage(part) {
  return `The form hides billing_details.${part} ('never'), so the call must give it (null counts).`;
}
