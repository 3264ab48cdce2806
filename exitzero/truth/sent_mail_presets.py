"""Mail services as the connect form offers them: server, port, and where each gives out a password for a program.

Why it exists: nearly every "wrong password" is the usual password where the service wants an app password, or IMAP that
was never switched on. What to do is told before the first try, since a second one may lock the account. A service that
takes no password at all is listed too, with the reason, so that nobody looks for it in vain.
"""

from dataclasses import dataclass

from exitzero.truth.sent_mail_account import Kind, Security


@dataclass(frozen=True, slots=True)
class Preset:
    """One service. ``refused`` says why it cannot be connected with a password; empty: it can.

    ``advice`` says how to get the password, ``link`` where. ``domains`` are what its addresses end in.
    """

    key: str
    title: str
    host: str
    advice: str
    link: str
    domains: tuple[str, ...] = ()
    port: int = 993
    security: Security = Security.TLS
    kind: Kind = Kind.IMAP
    refused: str = ""


PRESETS: tuple[Preset, ...] = (
    Preset(
        "gmail",
        "Gmail",
        "imap.gmail.com",
        "Google wants an app password: switch on 2-step verification, then make one called ExitZero. Spaces in it do "
        "not matter. A work or school account may not allow it; then use Gmail's own API with a client of your own.",
        "https://myaccount.google.com/apppasswords",
        ("gmail.com", "googlemail.com"),
    ),
    Preset(
        "fastmail",
        "Fastmail",
        "imap.fastmail.com",
        "Fastmail wants an app password: Settings, Privacy & Security, Manage app passwords; IMAP access is enough. "
        "The Basic plan has no access for programs.",
        "https://app.fastmail.com/settings/security/apps",
        ("fastmail.com", "fastmail.fm", "sent.com"),
    ),
    Preset(
        "icloud",
        "iCloud Mail",
        "imap.mail.me.com",
        "Apple wants an app-specific password: Sign-In and Security, App-Specific Passwords. The user name is your "
        "iCloud address, or only the part before the @ if that is refused.",
        "https://account.apple.com/account/manage",
        ("icloud.com", "me.com", "mac.com"),
    ),
    Preset(
        "yahoo",
        "Yahoo Mail",
        "imap.mail.yahoo.com",
        "Yahoo wants an app password: Account security, Generate app password.",
        "https://login.yahoo.com/account/security",
        ("yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.fr", "ymail.com", "rocketmail.com"),
    ),
    Preset(
        "gmx",
        "GMX",
        "imap.gmx.net",
        "Allow IMAP first: Settings, POP3 & IMAP. With two-factor sign-in, GMX wants an app password from My Account, "
        "Security. International addresses at gmx.com are asked at imap.gmx.com.",
        "https://hilfe.gmx.net/pop-imap/einschalten.html",
        ("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
    ),
    Preset(
        "webde",
        "WEB.DE",
        "imap.web.de",
        "Allow IMAP first: Settings, POP3 & IMAP. With two-factor sign-in, WEB.DE wants an app password from My "
        "Account, Security.",
        "https://hilfe.web.de/pop-imap/einschalten.html",
        ("web.de",),
    ),
    Preset(
        "posteo",
        "Posteo",
        "posteo.de",
        "Posteo takes your usual password. With its extra mail protection, programs need an app password from the "
        "settings, Password and security.",
        "https://posteo.de/en/help",
        ("posteo.de", "posteo.net", "posteo.org"),
    ),
    Preset(
        "mailboxorg",
        "mailbox.org",
        "imap.mailbox.org",
        "mailbox.org takes your usual password. With two-factor sign-in, make an app password in "
        "the settings under Security.",
        "https://kb.mailbox.org/en/",
        ("mailbox.org",),
    ),
    Preset(
        "zoho",
        "Zoho Mail",
        "imap.zoho.com",
        "Allow IMAP first: Settings, Mail Accounts, IMAP Access. With two-factor sign-in, Zoho wants an app password "
        "from Accounts, Security. Accounts of a company are asked at imappro.zoho.com, European ones at imap.zoho.eu.",
        "https://accounts.zoho.com/home#security/app_password",
        ("zoho.com", "zohomail.com"),
    ),
    Preset(
        "outlook",
        "Outlook.com and Microsoft 365",
        "outlook.office365.com",
        "Put another mailbox in copy, or log this outreach with a link, a subject or a screenshot as proof.",
        "https://support.microsoft.com/office",
        ("outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "hotmail.co.uk", "live.com", "msn.com"),
        refused="Microsoft takes no passwords from mail programs any more, app passwords neither; it wants a sign-in "
        "of its own (OAuth), which ExitZero does not have yet.",
    ),
    Preset(
        "gmail_api",
        "Gmail's own API",
        "",
        "Needs an OAuth client of your own from the Google Cloud console (type: desktop app) with the Gmail API "
        "switched on. While the client is in testing, Google ends the sign-in after seven days.",
        "https://console.cloud.google.com/apis/credentials",
        kind=Kind.GMAIL,
    ),
    Preset(
        "own",
        "Another or your own server",
        "",
        "Any server that speaks IMAP over TLS (993) or STARTTLS (143). Proton Mail is asked through its Bridge on this "
        "machine.",
        "",
    ),
)


def preset_for(address: str) -> Preset:
    """The preset that an address belongs to; the one for any server if it is nobody's."""
    domain = address.strip().lower().rpartition("@")[2]
    return next((preset for preset in PRESETS if domain in preset.domains), PRESETS[-1])
