const farewellPatience = 5_000; // milliseconds for the bank's page to hear that the person left

/**
 * Show the bank's page in a dialog over the embedding page until the person has
 * finished there, or has closed it, which the bank counts as a failure.
 * @param {string} address
 * @returns {Promise<void>}
 */
function showChallenge(address) {
  const id = randomId();
  const { dialog, frame, close } = makeDialog(address, id);
  document.body.append(dialog);
  dialog.showModal();
  const bank = /** @type {Window} */ (frame.contentWindow);
  const channel = new Channel(bank, origins.hooks, id);
  return new Promise((resolve) => {
    const finish = () => {
      channel.close();
      dialog.close();
      dialog.remove();
      resolve();
    };
    const abandon = () => {
      close.disabled = true;
      void channel.ask('abandon', null, farewellPatience).then(finish);
    };
    channel.on('loaded', () => frame.focus());
    channel.on('done', finish);
    channel.on('escape', abandon);
    close.addEventListener('click', abandon);
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      abandon();
    });
  });
}

/**
 * @param {string} address
 * @param {string} id
 */
function makeDialog(address, id) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', 'Identity check by your bank');
  dress(dialog, {
    position: 'fixed', inset: '0', width: '100vw', height: '100dvh', 'max-width': 'none', 'max-height': 'none',
    margin: '0', padding: '0', border: '0', display: 'grid', 'place-items': 'center', background: 'rgb(10 15 30 / .6)',
  });
  const panel = document.createElement('div');
  dress(panel, { background: 'Canvas', color: 'CanvasText' }); // stays where light-dark() is not known
  dress(panel, {
    display: 'flex', 'flex-direction': 'column', width: 'min(27rem, calc(100vw - 1.5rem))', overflow: 'hidden',
    height: 'min(28rem, calc(100dvh - 1.5rem))', 'border-radius': '.875rem', 'color-scheme': 'light dark',
    background: 'light-dark(#fff, #1b1f27)', color: 'light-dark(#1d2433, #eef1f7)',
    border: '1px solid light-dark(transparent, #4a5266)', 'box-shadow': '0 1.5rem 4rem rgb(0 0 0 / .35)',
  });
  const close = makeClose();
  const frame = document.createElement('iframe');
  frame.title = 'Identity check by your bank';
  frame.src = `${address}?${encode({ mode: 'frame', channel: id, origin: location.origin })}`;
  dress(frame, { border: '0', flex: '1', width: '100%', 'color-scheme': 'light dark' });
  panel.append(close, frame);
  dialog.append(panel);
  return { dialog, frame, close };
}

function makeClose() {
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = 'Cancel';
  dress(close, {
    'align-self': 'flex-end', width: 'auto', margin: '.5rem .5rem 0', padding: '.5rem .75rem', border: '0', cursor: 'pointer',
    'min-height': '2.75rem', background: 'transparent', color: 'inherit', font: '500 .9375rem system-ui, sans-serif',
    'border-radius': '.5rem', 'text-decoration': 'underline', 'text-underline-offset': '.2em',
  });
  return close;
}
