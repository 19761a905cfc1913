/** ISO 3166-1 codes; the browser knows their names. */
const countryCodes = (
  'AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CD CF '
  + 'CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH '
  + 'GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW '
  + 'KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG '
  + 'NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SE SG SH SI SJ SK SL SM '
  + 'SN SO SR SS ST SV SX SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS YE '
  + 'YT ZA ZM ZW'
).split(' ');

/** @param {HTMLSelectElement} select */
function fillCountries(select) {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const options = countryCodes.map((code) => new Option(names.of(code), code));
  options.sort((one, other) => one.text.localeCompare(other.text));
  select.replaceChildren(...options);
  select.value = /-([A-Z]{2})\b/.exec(navigator.language)?.[1] ?? 'GB';
  if (!select.value) select.value = 'GB';
}
