/** The bank's page inside the dialog of stripe.js: says when it is over, and hears when the person left. */
const asked = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
const dialog = new Channel(window.parent, asked.origin ?? '', asked.channel ?? '');

dialog.on('abandon', () => {
  if (asked.done) return true;
  const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
  const outcome = new FormData(form);
  outcome.set('outcome', 'fail');
  return fetch(location.href, { method: 'POST', body: new URLSearchParams(/** @type {any} */ (outcome)) })
    .then(({ ok }) => ok, () => false);
});

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') dialog.send('escape');
});

dialog.send(asked.done ? 'done' : 'loaded');
