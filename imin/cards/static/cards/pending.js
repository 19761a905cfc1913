// Looks again by itself while the bank is checking; without this file there is a link for it.

const EVERY = 3000;
const MOST = 20;
const looked = Number(sessionStorage.getItem(location.pathname) ?? 0);

if (looked < MOST) {
  setTimeout(() => {
    sessionStorage.setItem(location.pathname, String(looked + 1));
    location.reload();
  }, EVERY);
}
