"""A DNS resolver on loopback that knows exactly the records that a test gives it."""

import socket
from threading import Thread

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

_STOP = b"stop"


class DnsServer:
    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent = False
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._socket.getsockname()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def set(self, name: str, kind: str, *values: str) -> None:
        """Give `name` exactly these records of `kind`; none takes them away."""
        self.records[name, kind] = [f'"{value}"' if kind == "TXT" else value for value in values]

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(_STOP, self.address)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if wire == _STOP:
                return
            if not self.silent:
                self._socket.sendto(self._answer(dns.message.from_wire(wire)).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query, recursion_available=True)
        name, kind = query.question[0].name.to_text().rstrip(".").lower(), query.question[0].rdtype
        text = dns.rdatatype.to_text(kind)
        self.asked.append((name, text))
        while text != "CNAME" and (alias := self.records.get((name, "CNAME"))):
            if len(answer.answer) > 8:
                answer.set_rcode(dns.rcode.SERVFAIL)
                return answer
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{alias[0]}."))
            name = alias[0]
        if found := self.records.get((name, text)):
            values = [f"{value}." for value in found] if text == "CNAME" else found
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", text, *values))
        elif not answer.answer and not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
