// Says what is happening when an answer takes longer than 300 ms, and lets a form be sent only once.
// Without this file every form works all the same.

const PATIENCE = 300;
const status = document.querySelector('#waiting');

document.addEventListener('submit', (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'yes';
  setTimeout(() => {
    form.setAttribute('aria-busy', 'true');
    button?.setAttribute('aria-disabled', 'true');
    status.textContent = button?.dataset.waiting || status.dataset.waiting;
  }, PATIENCE);
});

// A page that comes back by the browser's “back” is fresh again.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  status.textContent = '';
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
  }
  for (const button of document.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
});
