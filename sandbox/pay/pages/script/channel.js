/**
 * One conversation between two windows. A message counts only when it comes from
 * the expected window, from the expected origin, and carries the conversation's id.
 */
class Channel {
  /**
   * @param {Window} peer
   * @param {string} origin
   * @param {string} id
   */
  constructor(peer, origin, id) {
    this.peer = peer;
    this.origin = origin;
    this.id = id;
    /** @type {Map<string, (body: any) => any>} */
    this.handlers = new Map();
    /** @type {Map<number, (body: any) => void>} */
    this.waiting = new Map();
    this.asked = 0;
    this.listener = (/** @type {MessageEvent} */ event) => void this.receive(event);
    window.addEventListener('message', this.listener);
  }

  /** @param {MessageEvent} event */
  async receive(event) {
    const { source, origin, data } = event;
    if (source !== this.peer || origin !== this.origin || data?.channel !== this.id) return;
    if (data.answers) {
      this.waiting.get(data.answers)?.(data.body);
      return;
    }
    const answer = await this.handlers.get(data.type)?.(data.body);
    if (data.asks) this.post({ answers: data.asks, body: answer });
  }

  /**
   * @param {string} type
   * @param {(body: any) => any} handler what it returns answers an `ask`
   */
  on(type, handler) {
    this.handlers.set(type, handler);
  }

  /** @param {object} message */
  post(message) {
    this.peer.postMessage({ channel: this.id, ...message }, this.origin);
  }

  /**
   * @param {string} type
   * @param {any} [body]
   */
  send(type, body) {
    this.post({ type, body });
  }

  /**
   * @param {string} type
   * @param {any} body
   * @param {number} patience milliseconds; after them the answer is null
   * @returns {Promise<any>}
   */
  ask(type, body, patience) {
    const asks = ++this.asked;
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(null), patience);
      const finish = (/** @type {any} */ answer) => {
        clearTimeout(timer);
        this.waiting.delete(asks);
        resolve(answer);
      };
      this.waiting.set(asks, finish);
      this.post({ type, asks, body });
    });
  }

  close() {
    window.removeEventListener('message', this.listener);
    for (const finish of [...this.waiting.values()]) finish(null);
  }
}
