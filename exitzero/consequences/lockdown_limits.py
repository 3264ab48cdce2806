"""What the page *What this cannot stop* says. It stands here as text and not in a screen, so that the page, the command
line and the manual say the same, and so that a new way round is written down in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """One way round a lock: what happens, and what can be done about it (often: nothing, said so)."""

    title: str
    words: str
    remedy: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """One rung of the ladder that leads out of a lock, from the best to the last."""

    title: str
    words: str


THREAT_MODEL = (
    "Lockdown is a speed bump you set for yourself. It stops the habit of opening a tab. It does not stop a determined "
    "administrator of this computer, and it must not: you can always get out — finish the work, wait for the end "
    "time, start the 15-minute emergency exit, or remove the package. It protects other people and programs from you: "
    "no process can use the helper to redirect a name, to block updates, banks or your mail, to block for more than "
    "24 hours, or to write anything else."
)
"""What lockdown is and is not, as it is published."""

LIMITS = (
    Limit(
        "Open tabs",
        "A connection that is already open stays open. An open tab can go on for minutes, even to new pages of the "
        "same site.",
        "Close the tabs of blocked sites when a lock begins; the self-test says so when a browser has been running "
        "since before.",
    ),
    Limit(
        "Firefox with DNS over HTTPS",
        "Firefox reads the hosts file once, when it starts, while DNS over HTTPS is on. A Firefox that was running "
        "before the lock never notices it; with network.trr.exclude-etc-hosts switched off no Firefox does.",
        "Restart Firefox, or let ExitZero put a policy file in place for the time of the lock (it asks first and takes "
        "it away again).",
    ),
    Limit(
        "Firefox without DNS over HTTPS",
        "It remembers names for up to a minute, so a site that was open just now may answer for a minute more; after a "
        "release it may stay away for a minute.",
        "Wait a minute.",
    ),
    Limit(
        "VPN, proxy, Tor, relay",
        "With a proxy, Tor, some VPNs or iCloud Private Relay the names are looked up at the other end, where this "
        "computer's hosts file is not read.",
        "ExitZero says so when it finds a proxy or a VPN. It does not fight them.",
    ),
    Limit(
        "Another device",
        "Your phone, your tablet, another computer, another system on this one and a virtual machine have hosts files "
        "of their own.",
        "Put the phone into another room. There is nothing in this program for it.",
    ),
    Limit(
        "Addresses instead of names",
        "A hosts file knows names. A site typed in by its network address is not held back; most sites do not work "
        "that way.",
        "None.",
    ),
    Limit(
        "Names that are not on the list",
        "There are no wildcards in a hosts file. A mirror, another country's address or a new name of a site is "
        "reachable until it is on the list.",
        "Add the name; while a lock stands, names can be added and not taken away.",
    ),
    Limit(
        "A browser started with its own rules",
        "A flag such as --host-resolver-rules, or an extension that fetches pages elsewhere, goes past the hosts file.",
        "None.",
    ),
    Limit(
        "Your own line for a site",
        "Where your hosts file already gives a blocked name an address, both lines count, and the browser takes yours. "
        "ExitZero never deletes a line that it did not write.",
        "It tells you the names; take your own lines away if you want them blocked.",
    ),
    Limit(
        "Flatpak, Snap and container browsers",
        "They see the file through a window of their own. A running one may keep an old view of it, above all with "
        "secure DNS.",
        "Restart the browser; the self-test starts it afresh and says what it then does.",
    ),
    Limit(
        "Apps other than browsers",
        "An app that has addresses of its own, looks names up by itself, or keeps its connection open is not held "
        "back: games, messengers and players often do.",
        "Quit the app when a lock begins.",
    ),
    Limit(
        "What is on this computer already",
        "Downloaded films, installed games and pages that work without the network are not touched.",
        "None.",
    ),
    Limit(
        "An administrator",
        "Whoever may use sudo can edit the file and stop the helper. An edit of the file alone is put right within a "
        "second and written in the journal; with the helper stopped it stays.",
        "None, on purpose: a computer must never be kept from its owner.",
    ),
    Limit(
        "The clock",
        "Setting the clock neither ends nor lengthens a lock. Setting it in the firmware with a restart can end one.",
        "None; the jump is written in the journal.",
    ),
    Limit(
        "Reading the key",
        "The key that releases a lock lies among your own files, since the app runs as you. A deliberate hand can take "
        "it and release the lock without work.",
        "None; the helper writes every release in its own log.",
    ),
    Limit(
        "Removing ExitZero",
        "Removing the package works at any time, locked or not, and takes every line of ours along.",
        "None, on purpose.",
    ),
)
"""Every way round that is known, the likeliest first."""

WAYS_OUT = (
    WayOut("Do the work", "When your work is verified, the sites are back at once, without a password."),
    WayOut(
        "Wait", "Every lock has an end time, at most 24 hours away, and ends there by itself, with the app closed too."
    ),
    WayOut(
        "Emergency exit",
        "15 minutes of waiting, a sentence to type and a price in coins; rationed, and written in the journal.",
    ),
    WayOut(
        "Uninstall",
        "Remove the package, or run: exitzero lockdown uninstall. It works while locked and asks for an "
        "administrator's password.",
    ),
    WayOut(
        "By hand",
        "As administrator, open the hosts file (/etc/hosts) and delete the lines that end in `# exitzero` and those "
        "that begin with `# exitzero-`. While the helper runs, it puts them back: stop it first.",
    ),
)
"""The recovery ladder, from the best way out to the one that needs none of our programs."""
