"""Writes data.z, what `unicodedata` knows, from CPython 3.14 itself: run it with python3.14 in this folder.

One zlib stream of text. Parts are separated by form feeds: for each of the two versions (current, 3.2.0) records, runs of
code points with equal records, decompositions, numbers; then names and aliases.
"""

import unicodedata
import zlib

POINTS = [c for c in range(0x110000)]

# Names of control characters and other aliases that `lookup` knows and `name` does not give.
CANDIDATES = """NULL;START OF HEADING;START OF TEXT;END OF TEXT;END OF TRANSMISSION;ENQUIRY;ACKNOWLEDGE;ALERT;BACKSPACE;
CHARACTER TABULATION;HORIZONTAL TABULATION;LINE FEED;NEW LINE;END OF LINE;LINE TABULATION;VERTICAL TABULATION;FORM FEED;
CARRIAGE RETURN;SHIFT OUT;LOCKING-SHIFT ONE;SHIFT IN;LOCKING-SHIFT ZERO;DATA LINK ESCAPE;DEVICE CONTROL ONE;
DEVICE CONTROL TWO;DEVICE CONTROL THREE;DEVICE CONTROL FOUR;NEGATIVE ACKNOWLEDGE;SYNCHRONOUS IDLE;
END OF TRANSMISSION BLOCK;CANCEL;END OF MEDIUM;SUBSTITUTE;ESCAPE;INFORMATION SEPARATOR FOUR;FILE SEPARATOR;
INFORMATION SEPARATOR THREE;GROUP SEPARATOR;INFORMATION SEPARATOR TWO;RECORD SEPARATOR;INFORMATION SEPARATOR ONE;
UNIT SEPARATOR;DELETE;PADDING CHARACTER;HIGH OCTET PRESET;BREAK PERMITTED HERE;NO BREAK HERE;INDEX;NEXT LINE;
START OF SELECTED AREA;END OF SELECTED AREA;CHARACTER TABULATION SET;CHARACTER TABULATION WITH JUSTIFICATION;
LINE TABULATION SET;PARTIAL LINE FORWARD;PARTIAL LINE BACKWARD;REVERSE LINE FEED;SINGLE SHIFT TWO;SINGLE SHIFT THREE;
DEVICE CONTROL STRING;PRIVATE USE ONE;PRIVATE USE TWO;SET TRANSMIT STATE;CANCEL CHARACTER;MESSAGE WAITING;
START OF GUARDED AREA;END OF GUARDED AREA;START OF STRING;SINGLE GRAPHIC CHARACTER INTRODUCER;
SINGLE CHARACTER INTRODUCER;CONTROL SEQUENCE INTRODUCER;STRING TERMINATOR;OPERATING SYSTEM COMMAND;PRIVACY MESSAGE;
APPLICATION PROGRAM COMMAND;BYTE ORDER MARK;NUL;SOH;STX;ETX;EOT;ENQ;ACK;BEL;BS;TAB;HT;LF;NL;EOL;VT;FF;CR;SO;SI;DLE;DC1;DC2;
DC3;DC4;NAK;SYN;ETB;CAN;EOM;SUB;ESC;FS;GS;RS;US;SP;DEL;NBSP;SHY;ZWSP;ZWNJ;ZWJ;LRM;RLM;LRE;RLE;PDF;LRO;RLO;NNBSP;WJ;BOM;
ZWNBSP;CGJ;LRI;RLI;FSI;PDI;MMSP;ALM;NEL;LATIN CAPITAL LETTER GHA;LATIN SMALL LETTER GHA;WEIERSTRASS ELLIPTIC FUNCTION;
KANNADA LETTER LLLA;LAO LETTER FO FON;LAO LETTER FO FAY;LAO LETTER RO;LAO LETTER LO;
PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET""".replace("\n", "").split(";")


def database(ucd):
    records, runs, last = {}, [], None
    for c in POINTS:
        s = chr(c)
        r = (
            ucd.category(s),
            ucd.bidirectional(s) or "-",
            ucd.combining(s),
            ucd.mirrored(s),
            ucd.east_asian_width(s),
        )
        if r != last:
            runs.append(f"{c:x} {records.setdefault(r, len(records))}")
            last = r
    yield "\n".join(" ".join(map(str, r)) for r in records)
    yield "\n".join(runs)
    yield "\n".join(f"{c:x} {ucd.decomposition(chr(c))}" for c in POINTS if ucd.decomposition(chr(c)))
    numbers = []
    for c in POINTS:
        values = [f(chr(c), None) for f in (ucd.decimal, ucd.digit, ucd.numeric)]
        if values != [None] * 3:
            numbers.append(f"{c:x} " + " ".join("-" if v is None else repr(v) for v in values))
    yield "\n".join(numbers)


def names():
    for c in POINTS:
        n = unicodedata.name(chr(c), "")
        # Ideographs and syllables are named by rule.
        if n and not n.startswith(("CJK UNIFIED IDEOGRAPH-", "HANGUL SYLLABLE ")):
            yield f"{c:x} {n}"


def aliases():
    for n in CANDIDATES:
        try:
            s = unicodedata.lookup(n)
        except KeyError:
            continue
        yield f"{ord(s):x} {n}"


parts = [*database(unicodedata), *database(unicodedata.ucd_3_2_0), "\n".join(names()), "\n".join(aliases())]
with open("data.z", "wb") as f:
    f.write(zlib.compress("\f".join(parts).encode(), 9))
