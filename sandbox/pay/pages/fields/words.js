/**
 * What the form says in other languages, as the real service speaks many; another language than these is English.
 * @type {Record<string, Record<string, string>>}
 */
const translations = {
  pl: {
    form: 'Dane karty', name: 'Imię i nazwisko na karcie', number: 'Numer karty', expiry: 'Data ważności', cvc: 'Kod zabezpieczający',
    country: 'Kraj', postal_code: 'Kod pocztowy',
    incomplete_name: 'Podaj imię i nazwisko tak jak na karcie.', incomplete_number: 'Numer karty jest niepełny.',
    invalid_number: 'Numer karty jest nieprawidłowy. Sprawdź cyfry.', incomplete_expiry: 'Data ważności jest niepełna: podaj miesiąc i rok.',
    invalid_expiry_month: 'Miesiąc musi być liczbą od 01 do 12.', invalid_expiry_year_past: 'Rok ważności już minął.',
    invalid_expiry_month_past: 'Data ważności już minęła.', invalid_expiry_year: 'Rok ważności jest zbyt odległy.',
    incomplete_cvc: 'Kod zabezpieczający jest niepełny.', incomplete_zip: 'Kod pocztowy jest niepełny.',
    card_declined: 'Karta została odrzucona.', expired_card: 'Karta straciła ważność.',
    incorrect_cvc: 'Kod zabezpieczający jest nieprawidłowy.', incorrect_number: 'Numer karty jest nieprawidłowy.',
    processing_error: 'Nie udało się teraz sprawdzić karty. Spróbuj ponownie za chwilę.',
  },
  ar: {
    form: 'بيانات البطاقة', name: 'الاسم على البطاقة', number: 'رقم البطاقة', expiry: 'تاريخ انتهاء الصلاحية', cvc: 'رمز الأمان',
    country: 'البلد', postal_code: 'الرمز البريدي',
    incomplete_name: 'أدخل الاسم كما هو على البطاقة.', incomplete_number: 'رقم البطاقة غير مكتمل.',
    invalid_number: 'رقم البطاقة غير صحيح. تحقق من الأرقام.', incomplete_expiry: 'تاريخ انتهاء الصلاحية غير مكتمل: أدخل الشهر والسنة.',
    invalid_expiry_month: 'يجب أن يكون الشهر من 01 إلى 12.', invalid_expiry_year_past: 'سنة انتهاء الصلاحية قد مضت.',
    invalid_expiry_month_past: 'تاريخ انتهاء الصلاحية قد مضى.', invalid_expiry_year: 'سنة انتهاء الصلاحية بعيدة جدًا.',
    incomplete_cvc: 'رمز الأمان غير مكتمل.', incomplete_zip: 'الرمز البريدي غير مكتمل.',
    card_declined: 'رُفضت البطاقة.', expired_card: 'انتهت صلاحية البطاقة.',
    incorrect_cvc: 'رمز الأمان غير صحيح.', incorrect_number: 'رقم البطاقة غير صحيح.',
    processing_error: 'تعذر التحقق من البطاقة الآن. أعد المحاولة بعد قليل.',
  },
};

/** The language that the form speaks: of `translations`, or English. */
let spoken = 'en';

/**
 * Speak the language of `locale` from now on: labels, and each message that comes.
 * @param {string} locale
 */
function speak(locale) {
  const language = locale.toLowerCase().split('-')[0] ?? '';
  if (!(language in translations) && spoken === 'en') return;
  spoken = language in translations ? language : 'en';
  document.documentElement.lang = spoken;
  document.querySelector('form')?.setAttribute('aria-label', inWords('form', 'Card details'));
  for (const label of document.querySelectorAll('label')) label.textContent = inWords(label.htmlFor, label.textContent ?? '');
}

/**
 * @param {string} code
 * @param {string} english
 */
function inWords(code, english) {
  return translations[spoken]?.[code] ?? english;
}
