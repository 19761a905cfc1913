const apiPatience = 30_000; // milliseconds; a person waits no longer

/**
 * How to reach the API, and as whom.
 * @typedef {{origin: string, key: string, account?: string, version?: string}} Access
 */

/**
 * What every call comes to: the object that was asked for, or the reason why not.
 * @typedef {{object: any, error?: undefined} | {object?: undefined, error: ApiError}} Answer
 */

/** @typedef {import('@stripe/stripe-js').StripeError} ApiError */

/**
 * Write nested values the way the API reads them: `a[b][0]=c`.
 * @param {Record<string, any>} params
 * @param {string} [under]
 * @param {URLSearchParams} [form]
 */
function encode(params, under = '', form = new URLSearchParams()) {
  for (const [name, value] of Object.entries(params)) {
    const path = under ? `${under}[${name}]` : name;
    if (value === undefined || value === null) continue;
    if (typeof value === 'object') encode(value, path, form);
    else form.append(path, String(value));
  }
  return form;
}

/**
 * Call the API. Key and account travel as fields, not as headers, so that the
 * browser need not ask for permission before every call.
 * @param {Access} access
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {Record<string, any>} params
 * @returns {Promise<Answer>}
 */
async function callApi(access, method, path, params) {
  const form = encode({ ...params, key: access.key, _stripe_account: access.account });
  const url = new URL(`/v1/${path}`, access.origin);
  if (method === 'GET') url.search = String(form);
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), apiPatience);
  try {
    const response = await fetch(url, {
      method,
      body: method === 'POST' ? form : undefined,
      headers: access.version ? { 'Stripe-Version': access.version } : {},
      signal: control.signal,
    });
    return readAnswer(response.status, await response.text());
  } catch {
    return { error: connectionError() };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {Answer}
 */
function readAnswer(status, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (status < 400 && body) return { object: body };
  if (body?.error?.type) return { error: body.error };
  return {
    error: { type: 'api_error', message: 'The payment service has a problem. Please try again in a moment.' },
  };
}

/** @returns {ApiError} */
function connectionError() {
  return {
    type: 'api_connection_error',
    message: 'The payment service cannot be reached. Check your connection and try again.',
  };
}
