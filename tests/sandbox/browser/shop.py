"""A page that embeds the Payment Element, on an origin of its own and under the strict policy of ours."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, request

from sandbox.world import World

SHOP_HOST = "shop.localhost"

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Add a card</title>
  <link rel="stylesheet" href="/shop.css">
  <script src="{script}"></script>
</head>
<body data-scheme="{scheme}">
  <main>
    <h1>Add a card</h1>
    <form id="form">
      <div id="card"></div>
      <button>Save card</button>
      <p id="said" role="status"></p>
    </form>
  </main>
  <script nonce="{nonce}">{host_script}</script>
</body>
</html>"""

_HOST_SCRIPT = """
const config = JSON.parse(new URLSearchParams(location.search).get('config'));
const heard = [];
let result = null;
const stripe = Stripe(config.key, config.client);
let elements = null, element = null;
if (config.group) {
  elements = stripe.elements(config.group);
  element = elements.create('payment', config.element);
  for (const type of ['ready', 'change', 'focus', 'blur', 'escape', 'loaderstart', 'loaderror', 'carddetailschange']) {
    element.on(type, (event) => heard.push([type, event]));
  }
  element.mount('#card');
}
document.getElementById('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { error } = await elements.submit();
  result = error ? { error } : await stripe[config.call]({ elements, ...config.options });
  document.getElementById('said').textContent = result.error?.message ?? 'Saved.';
});
"""

_STYLE = """
body { margin: 0; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; background: #fff; color: #1d2433; }
body[data-scheme=dark] { background: #14171d; color: #eef1f7; color-scheme: dark; }
main { max-width: 26rem; margin: 0 auto; }
button { margin-top: 1.25rem; width: 100%; min-height: 3rem; border: 0; border-radius: .5rem;
  background: #2f4fc6; color: #fff; font: inherit; font-weight: 600; }
"""


def create(world: World) -> Flask:
    """Return the shop, which loads the script from the payment service of `world`."""
    app = Flask(__name__)

    @app.get("/")
    def page() -> Response:
        names = {"script": f"http://js.{world.pay_host}:{world.port}/endive/stripe.js", "nonce": "n0nce"}
        scheme = request.args.get("scheme", "light")
        answer = Response(_PAGE.format(**names, host_script=_HOST_SCRIPT, scheme=scheme), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = _policy(world, names["nonce"])
        return answer

    @app.get("/shop.css")
    def style() -> Response:
        return Response(_STYLE, mimetype="text/css")

    @app.get("/back")
    def back() -> Response:
        return Response("<!doctype html><html lang=en><title>Back</title><h1>Back", mimetype="text/html")

    return app


def address(port: int, config: dict[str, Any], scheme: str = "light") -> str:
    query = urlencode({"scheme": scheme, "config": json.dumps(config)}, quote_via=quote)
    return f"http://{SHOP_HOST}:{port}/?{query}"


def _policy(world: World, nonce: str) -> str:
    js, api, hooks = (f"http://{name}.{world.pay_host}:{world.port}" for name in ("js", "api", "hooks"))
    rules: Iterable[str] = (
        "default-src 'none'",
        "base-uri 'none'",
        "img-src 'self'",
        f"script-src 'nonce-{nonce}' {js}",
        f"frame-src {js} {hooks}",
        f"connect-src 'self' {api}",
        f"style-src 'self' 'nonce-{nonce}'",
    )
    return "; ".join(rules)
