/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`The form lacks #${id}.`);
  return element;
}

/** One line of the form: its input, its message, and the rule for its value. */
class Field {
  /**
   * @param {string} name
   * @param {{rewrite?: (text: string) => string, wrong?: (text: string) => Wrong}} rules
   */
  constructor(name, { rewrite, wrong }) {
    const input = document.getElementById(name);
    if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) throw new Error(`No input #${name}.`);
    this.input = input;
    this.message = byId(`${name}-error`, HTMLParagraphElement);
    this.line = /** @type {HTMLElement} */ (input.closest('.field'));
    this.rewrite = rewrite;
    this.rule = wrong ?? (() => null);
    input.addEventListener('input', (event) => this.typed(/** @type {InputEvent} */ (event)));
    input.addEventListener('blur', (event) => this.left(/** @type {FocusEvent} */ (event)));
  }

  get shown() {
    return !this.line.hidden;
  }

  /** @returns {Wrong} */
  wrong() {
    return this.shown ? this.rule(this.input.value) : null;
  }

  /** @param {InputEvent} event */
  typed({ inputType = '' }) {
    // Taking digits away must not put a separator back that the person is deleting.
    if (this.rewrite && !inputType.startsWith('delete')) this.retype(this.rewrite);
    const wrong = this.wrong();
    this.show(wrong?.code === 'invalid_number' ? wrong : null);
  }

  /**
   * A message that appears while the person presses the page's button would move the button away
   * from under the pointer: so it appears only on the way to another field.
   * @param {FocusEvent} event
   */
  left({ relatedTarget }) {
    if (relatedTarget && this.input.value) this.show(this.wrong());
  }

  /**
   * Write the value anew and keep the caret behind the digit that it was behind.
   * @param {(text: string) => string} rewrite
   */
  retype(rewrite) {
    const input = /** @type {HTMLInputElement} */ (this.input);
    const { value, selectionStart } = input;
    const atEnd = selectionStart === null || selectionStart >= value.length;
    const before = digitsOf(value.slice(0, selectionStart ?? 0)).length;
    input.value = rewrite(value);
    if (atEnd) return;
    let caret = 0;
    for (let seen = 0; seen < before && caret < input.value.length; caret += 1) {
      if (/\d/.test(input.value[caret])) seen += 1;
    }
    input.setSelectionRange(caret, caret);
  }

  /**
   * @param {{code?: string, message?: string} | null} wrong
   * @param {boolean} [aloud] announce it although the focus is elsewhere
   */
  show(wrong, aloud = false) {
    if (aloud) this.message.setAttribute('role', 'alert');
    else this.message.removeAttribute('role');
    this.message.textContent = wrong ? inWords(wrong.code ?? '', wrong.message ?? '') : '';
    if (wrong) this.input.setAttribute('aria-invalid', 'true');
    else this.input.removeAttribute('aria-invalid');
  }
}
