/**
 * The two kinds of intent, and what each is called where.
 * @typedef {{
 *   mode: 'setup' | 'payment', path: string, name: 'setupIntent' | 'paymentIntent',
 *   snake: 'setup_intent' | 'payment_intent', lastError: string,
 * }} Kind
 */

/** @type {Kind} */
const setupKind = {
  mode: 'setup', path: 'setup_intents', name: 'setupIntent', snake: 'setup_intent', lastError: 'last_setup_error',
};

/** @type {Kind} */
const paymentKind = {
  mode: 'payment', path: 'payment_intents', name: 'paymentIntent', snake: 'payment_intent', lastError: 'last_payment_error',
};

/**
 * @param {unknown} secret
 * @returns {Kind}
 */
function kindOf(secret) {
  const parts = /^(seti|pi)_[^_]+_secret_.+$/.exec(String(secret));
  demand(parts, 'The client secret must look like seti_…_secret_… or pi_…_secret_….');
  return parts[1] === 'seti' ? setupKind : paymentKind;
}

/**
 * @param {unknown} secret
 * @param {Kind} kind
 * @returns {string} the intent's place in the API
 */
function intentPath(secret, kind = kindOf(secret)) {
  demand(kindOf(secret) === kind, `This call needs the client secret of a ${kind.name}.`);
  return `${kind.path}/${String(secret).split('_secret_')[0]}`;
}

/**
 * @param {Access} access
 * @param {string} secret
 */
function retrieveIntent(access, secret) {
  return callApi(access, 'GET', intentPath(secret), { client_secret: secret });
}

/**
 * Confirm with what the API knows already; card details go through the Element's frame instead.
 * @param {Access} access
 * @param {string} secret
 * @param {Record<string, any>} params
 */
function confirmIntent(access, secret, params) {
  const sent = { ...params, client_secret: secret, use_stripe_sdk: true };
  return callApi(access, 'POST', `${intentPath(secret)}/confirm`, sent);
}

/**
 * Bring an intent to rest: let the bank ask the person where it wants to.
 * @param {Access} access
 * @param {string} secret
 * @param {Answer} answer of the call that confirmed or read the intent
 * @returns {Promise<Answer>}
 */
async function settle(access, secret, answer) {
  if (answer.error || answer.object.status !== 'requires_action') return judge(secret, answer);
  const { next_action: action } = answer.object;
  if (action.type === 'redirect_to_url') return leave(action.redirect_to_url.url);
  await showChallenge(action.use_stripe_sdk.stripe_js);
  return judge(secret, await retrieveIntent(access, secret));
}

/**
 * @param {string} secret
 * @param {Answer} answer
 * @returns {Answer}
 */
function judge(secret, answer) {
  const kind = kindOf(secret);
  const intent = answer.object;
  if (answer.error || !['requires_payment_method', 'requires_action'].includes(intent.status)) return answer;
  return { error: { ...(intent[kind.lastError] ?? unanswered(kind)), [kind.snake]: intent } };
}

/**
 * The bank's page was left and could not be told so: for the person it is the same failure.
 * @param {Kind} kind
 * @returns {ApiError}
 */
function unanswered(kind) {
  return {
    type: 'invalid_request_error',
    code: `${kind.snake}_authentication_failure`,
    message: 'Your bank could not confirm that it is you. Choose another card or try again.',
  };
}

/**
 * @param {Kind} kind
 * @param {Answer} answer
 * @returns {any} in the words of the script's public calls
 */
function named(kind, answer) {
  return answer.error ? { error: answer.error } : { [kind.name]: answer.object };
}

/**
 * @param {string} secret
 * @param {any} intent
 * @param {string} address where the embedding page wants the person back
 */
function returnAddress(secret, intent, address) {
  const { snake } = kindOf(secret);
  const url = new URL(address, location.href);
  const ok = ['succeeded', 'requires_capture'].includes(intent.status);
  url.searchParams.set(snake, intent.id);
  url.searchParams.set(`${snake}_client_secret`, secret);
  url.searchParams.set('redirect_status', ok ? 'succeeded' : 'pending');
  return url.href;
}

/**
 * @param {string} address
 * @returns {Promise<never>} the page is going away
 */
function leave(address) {
  location.assign(address);
  return new Promise(() => {});
}
