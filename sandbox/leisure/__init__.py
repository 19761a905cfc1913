"""A seller's booking system on one machine: open data, Open Booking API, and OpenActive's test interface.

It follows RPDE 1.0, Modelling Opportunity Data 2.0, Dataset API Discovery and the Open Booking API 1.0 in the form that
living software speaks it (data-models 3, the official test suite), and is written to pass that suite. Two made-up
operators sell by it, one gross and one net of tax. It speaks HTTP only and imports nothing of the platform.

Where things are:

===================  ====================================================================================
`app.py`             every part's routes, in one WSGI application; `state.py`: what the parts share
`__main__.py`        `python -m sandbox.leisure`: the booking system alone; `embedded.py`: its own PostgreSQL;
                     `localhost.py`: reached at ::1 too
`schema.sql`         the tables, and how stamps make a feed from which nothing is missed; `store.py`: transactions
`wire.py`            JSON-LD in and out, and our own addresses (`leisure:/…` within); `errors.py`: every error
`authenticate.py`    who is calling; `sellers.py`: for whom
`authority/`         the OpenID Provider: partners register, sellers consent, tokens; `customers.py`: linked accounts
`opportunity.py`     rows, addresses, offers; `documents.py`: rows as JSON-LD, in feeds and in Orders
`feeds.py`           the open feeds; `pages.py`: what all RPDE pages share; `dataset_site.py`: where they are found
`programme/`         what is on, made from a seed (`build.py`), and what changes by itself (`tick.py`, `background.py`)
`draft.py`           an Order while it is examined: its stage, its lines
`request_checks.py`  what a request must say; `item_checks.py`: what must be so of each item
`capacity.py`        places: locked, leased, taken, given back; never oversold
`payment.py`         prepayment, payment details, totals; `tax.py`: VAT
`answer.py`          the answer to C1, C2, P and B
`quote.py`           C1, C2 and the deletion of a quote; `book.py`: B; `order_status.py`, `delete.py`
`propose.py`         P, and the customer's rejection; `book_proposal.py`: B after P
`attendee.py`        who takes part; `intake_form.py`: questions; `access.py`: codes, passes, where to dial in
`passes.py`          pictures of passes and their barcodes
`cancel.py`          cancellation by the customer
`orders.py`          the rows of Orders; `publish.py`: telling of changes; `order_feeds.py`: the feeds that do
`bad_days.py`        what goes wrong on demand; `control.py`: the page that switches it
`testing/`           the test interface: criteria, making opportunities, simulate actions
===================  ====================================================================================

How an Order comes about: the view makes a `Draft`; `request_checks` look at what was sent; in one transaction its row
is locked (`orders.begin`), then its opportunities in the order of their ids (`capacity.lock`), `item_checks` run, and
features add to each `Line` (`line.extra`, `line.fail`); `answer.compose` writes it down. A new feature is a file of its
own with a check in `item_checks.TOGETHER_CHECKS` or a line in `quote.examine`, and nothing else.
"""
