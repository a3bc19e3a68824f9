"""Crawls a web that exists only in memory, breadth first, with a pool of threads.

Usage: crawler.py [pages] [threads]

A page is rendered to HTML when it is asked for and parsed with the library's
own `html.parser`.  Threads share the set of pages seen, guarded by a lock, and
the frontier, a queue whose `join` tells when nothing is left to do.
"""

import sys
from html.parser import HTMLParser
from queue import Queue
from threading import Lock, Thread
from urllib.parse import urljoin, urlsplit

SITE = "http://loom.test"


class Web:
    """Page n links to a few others by formula; some are missing, some redirect."""

    def __init__(self, pages):
        self.pages = pages

    def fetch(self, url):
        """(status, body or new address)"""
        number = int(urlsplit(url).path.rsplit("/", 1)[-1] or 0)
        if number >= self.pages or number % 97 == 96:
            return 404, ""
        if number % 31 == 30:
            return 301, f"/section{number % 5}/{number - 1}"
        links = "".join(
            f'<li class="nav"><a href="{prefix}{target}#top">page &amp; {target}</a></li>'
            for prefix, target in (
                (f"{SITE}/section{(2 * number + 1) % 5}/", 2 * number + 1),
                (f"/section{(2 * number + 2) % 5}/", 2 * number + 2),
                (f"/section{number * 7 % self.pages % 5}/", number * 7 % self.pages),
                ("http://elsewhere.test/", number),
            )
        )
        words = " ".join(f"w{number * k % 101}" for k in range(number % 40))
        return 200, f"<html><title>Page {number}</title><ul>{links}</ul><p>{words}</p></html>"


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []
        self.words = 0

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.words += len(data.split())


class Crawler:
    def __init__(self, web, threads):
        self.web = web
        self.frontier = Queue()
        self.seen = set()
        self.lock = Lock()
        self.statuses = {200: 0, 301: 0, 404: 0}
        self.words = self.foreign = 0
        self.threads = threads

    def visit_later(self, url):
        url = url.partition("#")[0]
        with self.lock:
            if not url.startswith(SITE):
                self.foreign += 1
                return
            if url in self.seen:
                return
            self.seen.add(url)
        self.frontier.put(url)

    def visit(self, url):
        status, body = self.web.fetch(url)
        parser = Links()
        if status == 301:
            parser.links.append(body)
        parser.feed(body if status == 200 else "")
        with self.lock:
            self.statuses[status] += 1
            self.words += parser.words
        for link in parser.links:
            self.visit_later(urljoin(url, link))

    def work(self):
        while (url := self.frontier.get()) is not None:
            try:
                self.visit(url)
            finally:
                self.frontier.task_done()

    def run(self, start):
        self.visit_later(start)
        workers = [Thread(target=self.work) for _ in range(self.threads)]
        for worker in workers:
            worker.start()
        self.frontier.join()
        for _ in workers:
            self.frontier.put(None)
        for worker in workers:
            worker.join()


def main(pages=12_000, threads=4):
    crawler = Crawler(Web(pages), threads)
    crawler.run(SITE + "/section0/0")
    print(f"addresses seen: {len(crawler.seen)}")
    for status, count in crawler.statuses.items():
        print(f"status {status}: {count}")
    print(f"words: {crawler.words}, links elsewhere: {crawler.foreign}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
