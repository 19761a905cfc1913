/**
 * What the first digits say about a card.
 * @typedef {{id: string, name: string, prefix: RegExp, lengths: number[], groups: number[], cvc: number}} Brand
 */

const fours = [4, 4, 4, 4, 3];

/** The narrower ranges come first: a number belongs to the first brand that matches. @type {Brand[]} */
const brands = [
  { id: 'amex', name: 'American Express', prefix: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { id: 'diners', name: 'Diners Club', prefix: /^3(0[0-5]|095|[689])/, lengths: [14, 16], groups: [4, 6, 4, 2], cvc: 3 },
  { id: 'jcb', name: 'JCB', prefix: /^35(2[89]|[3-8])/, lengths: [16], groups: fours, cvc: 3 },
  { id: 'discover', name: 'Discover', prefix: /^6(011|4[4-9]|5)/, lengths: [16], groups: fours, cvc: 3 },
  { id: 'unionpay', name: 'UnionPay', prefix: /^(62|81)/, lengths: [16, 17, 18, 19], groups: fours, cvc: 3 },
  { id: 'maestro', name: 'Maestro', prefix: /^(50|5[6-8]|6[0-9])/, lengths: [12, 13, 14, 15, 16, 17, 18, 19], groups: fours, cvc: 3 },
  { id: 'mastercard', name: 'Mastercard', prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16], groups: fours, cvc: 3 },
  { id: 'visa', name: 'Visa', prefix: /^4/, lengths: [16], groups: fours, cvc: 3 },
];

/** @type {Brand} */
const noBrand = { id: 'unknown', name: 'Card', prefix: /^/, lengths: [16, 17, 18, 19], groups: fours, cvc: 3 };

/** @param {string} text */
const digitsOf = (text) => text.replace(/\D/g, '');

/** @param {string} digits */
const brandOf = (digits) => brands.find((brand) => brand.prefix.test(digits)) ?? noBrand;

/** @param {string} digits */
function groupNumber(digits) {
  const parts = [];
  let start = 0;
  const { groups, lengths } = brandOf(digits);
  const kept = digits.slice(0, Math.max(...lengths));
  for (const size of groups) {
    if (start < kept.length) parts.push(kept.slice(start, start + size));
    start += size;
  }
  return parts.join(' ');
}

/** The check digit of ISO/IEC 7812-1. @param {string} digits */
function hasCheckDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/**
 * What is wrong with a value, or null.
 * @typedef {{code: string, message: string} | null} Wrong
 */

/**
 * @param {string} digits
 * @returns {Wrong}
 */
function numberWrong(digits) {
  const { lengths } = brandOf(digits);
  if (lengths.includes(digits.length) && hasCheckDigit(digits)) return null;
  // Where a brand has several lengths, a wrong check digit may just mean that digits are still to come.
  if (digits.length < Math.max(...lengths)) return { code: 'incomplete_number', message: 'Your card number is incomplete.' };
  return { code: 'invalid_number', message: 'This card number is not valid. Check the digits.' };
}

/**
 * @param {string} text as typed, “MM / YY”
 * @returns {{month: number, year: number} | null}
 */
function readExpiry(text) {
  const digits = digitsOf(text);
  return digits.length === 4 ? { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2)) } : null;
}

/**
 * @param {string} text
 * @param {Date} today
 * @returns {Wrong}
 */
function expiryWrong(text, today) {
  const expiry = readExpiry(text);
  if (!expiry) return { code: 'incomplete_expiry', message: 'The expiry date is incomplete: give month and year.' };
  const { month, year } = expiry;
  if (month < 1 || month > 12) return { code: 'invalid_expiry_month', message: 'The month must be from 01 to 12.' };
  const thisYear = today.getFullYear();
  if (year < thisYear) return { code: 'invalid_expiry_year_past', message: 'The expiry year is in the past.' };
  if (year === thisYear && month <= today.getMonth()) {
    return { code: 'invalid_expiry_month_past', message: 'The expiry date is in the past.' };
  }
  return year > thisYear + 50 ? { code: 'invalid_expiry_year', message: 'The expiry year is too far away.' } : null;
}

/**
 * Write an expiry date the way cards print it, also one that the browser filled in with a long year.
 * @param {string} text
 */
function writeExpiry(text) {
  const [, first, last] = /^\s*(\d{1,2})\s*[/\-. ]\s*(?:20)?(\d{0,2})/.exec(text) ?? [];
  let digits = first ? first.padStart(2, '0') + last : digitsOf(text);
  if (digits.length === 6 && digits.slice(2, 4) === '20') digits = digits.slice(0, 2) + digits.slice(4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  return digits.length < 2 ? digits : `${digits.slice(0, 2)} / ${digits.slice(2, 4)}`;
}

/**
 * @param {string} digits
 * @param {Brand} brand
 * @returns {Wrong}
 */
function cvcWrong(digits, brand) {
  if (digits.length === brand.cvc) return null;
  const place = brand.cvc === 4 ? 'front' : 'back';
  return { code: 'incomplete_cvc', message: `Give the ${brand.cvc} digits on the ${place} of the card.` };
}
