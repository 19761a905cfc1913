const scriptAddress = new URL(/** @type {HTMLScriptElement} */ (document.currentScript).src);

/** The payment service's origins differ only in the first word of the host. */
const origins = {
  js: scriptAddress.origin,
  api: scriptAddress.origin.replace('//js.', '//api.'),
  hooks: scriptAddress.origin.replace('//js.', '//hooks.'),
};

/** The embedding page uses this script wrongly: thrown, never an answer. */
class IntegrationError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'IntegrationError';
  }
}

/**
 * @param {unknown} fact
 * @param {string} message
 * @returns {asserts fact}
 */
function demand(fact, message) {
  if (!fact) throw new IntegrationError(message);
}

/** @returns {string} unguessable, so that no other frame can join a conversation */
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}

/**
 * Styles are set one by one on the element: the embedding page's content
 * security policy forbids style sheets and style attributes of ours.
 * @param {HTMLElement} element
 * @param {Record<string, string>} styles
 */
function dress(element, styles) {
  for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value);
}

/** Keeps the handlers of named events. */
class Emitter {
  constructor() {
    /** @type {Map<string, Array<{handler: (event: any) => any, once: boolean}>>} */
    this.heard = new Map();
  }

  /**
   * @param {string} type
   * @param {(event: any) => any} handler
   * @param {boolean} [once]
   * @returns {this}
   */
  on(type, handler, once = false) {
    demand(typeof handler === 'function', `The handler of '${type}' must be a function.`);
    this.heard.set(type, [...(this.heard.get(type) ?? []), { handler, once }]);
    return this;
  }

  /**
   * @param {string} type
   * @param {(event: any) => any} handler
   * @returns {this}
   */
  once(type, handler) {
    return this.on(type, handler, true);
  }

  /**
   * @param {string} type
   * @param {(event: any) => any} [handler] all of them when left out
   * @returns {this}
   */
  off(type, handler) {
    const kept = (this.heard.get(type) ?? []).filter((one) => handler && one.handler !== handler);
    this.heard.set(type, kept);
    return this;
  }

  /**
   * @param {string} type
   * @param {any} [event]
   */
  emit(type, event) {
    for (const one of this.heard.get(type) ?? []) {
      if (one.once) this.off(type, one.handler);
      one.handler(event);
    }
  }
}
