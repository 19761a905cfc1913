/**
 * What the embedding page asked for, as its script sends it.
 * @typedef {{
 *   access: Access, locale?: string, saves: boolean, readOnly?: boolean, fields?: any, defaultValues?: any,
 *   terms?: {card?: string}, business?: {name: string},
 *   appearance?: {theme?: string, variables?: Record<string, string>},
 * }} Settings
 */

const accepted = ['visa', 'mastercard', 'amex', 'maestro'].map((id) => brands.find((brand) => brand.id === id) ?? noBrand);
const blankWrong = { code: 'incomplete_name', message: 'Give the name as it is on the card.' };
const zipWrong = { code: 'incomplete_zip', message: 'Give the 5 digits of your ZIP code.' };

/** The card form. Nobody outside this frame can read it. */
class CardForm {
  constructor() {
    this.form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
    this.name = new Field('name', { wrong: (text) => (text.trim() ? null : blankWrong) });
    this.number = new Field('number', {
      rewrite: (text) => groupNumber(digitsOf(text)),
      wrong: (text) => numberWrong(digitsOf(text)),
    });
    this.expiry = new Field('expiry', { rewrite: writeExpiry, wrong: (text) => expiryWrong(text, new Date()) });
    this.cvc = new Field('cvc', {
      rewrite: (text) => digitsOf(text).slice(0, this.brand.cvc),
      wrong: (text) => cvcWrong(digitsOf(text), this.brand),
    });
    this.country = new Field('country', {});
    this.zip = new Field('postal_code', { wrong: (text) => (/^\d{5}(-?\d{4})?$/.test(text.trim()) ? null : zipWrong) });
    this.lines = [this.name, this.number, this.expiry, this.cvc, this.country, this.zip];
    fillCountries(/** @type {HTMLSelectElement} */ (this.country.input));
    this.form.addEventListener('input', () => this.refresh());
    this.showMarks();
  }

  get brand() {
    return brandOf(digitsOf(this.number.input.value));
  }

  /** Follow what was typed: the brand's mark, its code's length, the ZIP code of the United States. */
  refresh() {
    this.showMarks();
    this.cvc.input.setAttribute('placeholder', this.brand.cvc === 4 ? '1234' : 'CVC');
    this.zip.line.hidden = !this.zipAsked || !this.country.shown || this.country.input.value !== 'US';
  }

  showMarks() {
    const typed = digitsOf(this.number.input.value);
    const shown = typed ? [this.brand] : accepted;
    const key = shown.map((brand) => brand.id).join(' ');
    const marks = byId('marks', HTMLSpanElement);
    if (marks.dataset.shown === key) return;
    marks.dataset.shown = key;
    marks.replaceChildren(...shown.map(makeMark));
  }

  /** @param {Settings} settings */
  apply({ fields, defaultValues, terms, business, saves, readOnly = false }) {
    const asked = askedFields(fields?.billingDetails);
    this.name.line.hidden = !asked.name;
    this.country.line.hidden = !asked.country;
    this.zipAsked = asked.zip;
    const known = defaultValues?.billingDetails ?? {};
    for (const [line, value] of /** @type {const} */ ([
      [this.name, known.name], [this.country, known.address?.country], [this.zip, known.address?.postal_code],
    ])) {
      if (value && !line.input.dataset.filled) line.input.value = value;
      if (value) line.input.dataset.filled = 'yes';
    }
    this.showTerms(terms?.card ?? 'auto', saves, business?.name ?? 'this business');
    this.readOnly = readOnly;
    this.lock(false);
    this.refresh();
    this.form.hidden = false;
  }

  /**
   * @param {string} choice
   * @param {boolean} saves
   * @param {string} business
   */
  showTerms(choice, saves, business) {
    const terms = byId('terms', HTMLParagraphElement);
    terms.hidden = choice === 'never' || (choice === 'auto' && !saves);
    terms.textContent = `Saving this card lets ${business} use it for later payments that you agree to.`;
  }

  /** @param {boolean} busy */
  lock(busy) {
    const locked = busy || Boolean(this.readOnly);
    for (const { input } of this.lines) {
      if (input instanceof HTMLInputElement) input.readOnly = locked;
      else input.disabled = locked;
    }
  }

  /** @returns {ApiError | null} the first thing wrong; all of them are shown */
  check() {
    for (const line of this.lines) line.show(line.wrong());
    const wrong = this.lines.map((line) => line.wrong()).find(Boolean);
    return wrong ? { type: 'validation_error', ...wrong } : null;
  }

  /** To the first line that needs correction, else to the first. */
  focus() {
    const shown = this.lines.filter((line) => line.shown);
    const wrong = shown.find((line) => line.input.hasAttribute('aria-invalid'));
    (wrong ?? shown[0]).input.focus();
  }

  /** @param {ApiError} error */
  refuse({ type, code = '', message = 'Your card was declined.' }) {
    if (type !== 'card_error') return;
    const line = /cvc/.test(code) ? this.cvc : /expir/.test(code) ? this.expiry : this.number;
    line.show({ code, message }, true);
  }

  clear() {
    for (const line of [this.name, this.number, this.expiry, this.cvc, this.zip]) {
      line.input.value = '';
      line.show(null);
    }
    this.refresh();
  }

  get empty() {
    return ![this.number, this.expiry, this.cvc].some((line) => line.input.value);
  }

  get complete() {
    return this.lines.every((line) => !line.wrong());
  }

  get address() {
    const country = this.country.shown ? this.country.input.value : undefined;
    return { country, postal_code: this.zip.shown ? this.zip.input.value.trim() : undefined };
  }

  /** @param {Record<string, any>} [given] the embedding page's own words, which win */
  method({ billing_details: given = {}, ...more } = {}) {
    const expiry = readExpiry(this.expiry.input.value);
    const card = {
      number: digitsOf(this.number.input.value),
      exp_month: expiry?.month,
      exp_year: expiry?.year,
      cvc: digitsOf(this.cvc.input.value),
    };
    const name = this.name.shown ? this.name.input.value.trim() : undefined;
    const billing = { name, ...given, address: { ...this.address, ...given.address } };
    return { type: 'card', card, ...more, billing_details: billing };
  }
}

/** @param {Brand} brand */
function makeMark(brand) {
  const space = 'http://www.w3.org/2000/svg';
  const mark = document.createElementNS(space, 'svg');
  const use = document.createElementNS(space, 'use');
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', brand.name);
  use.setAttribute('href', `#mark-${brand.id}`);
  mark.append(use);
  return mark;
}

/** @param {any} choice of the option `fields.billingDetails` */
function askedFields(choice = 'auto') {
  const whole = typeof choice === 'string' ? choice : 'auto';
  const { name = whole, address = whole } = typeof choice === 'string' ? {} : choice;
  const part = (/** @type {string} */ key) => (typeof address === 'string' ? address : address[key] ?? 'auto');
  return { name: name === 'always', country: part('country') !== 'never', zip: part('postalCode') !== 'never' };
}
