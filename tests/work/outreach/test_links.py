"""Links as proof: a table of right and wrong ones for every platform, and what a refusal must say."""

import re

import pytest

from exitzero.core.errors import BadInput
from exitzero.work.outreach.links import LinkProof, Platform, check, platform_of

LI = "https://www.linkedin.com"
UUID = "0b1e6c1e-54a7-4a6e-9a58-1f3a7a0c2d11"
POST, COMMENT, REPLY = "7131234567890123456", "7131299999999999999", "7131300000000000001"
PROTON = "A" * 43 + "bCdEfGhIjKlMnOpQ-_xyz1234567890abcdefghijklmn=="
OUTLOOK = "AQMkADAwATM0MDAAMS1iNTcxLTI2YjYtMDACLTAwCgBGAAAD8hJ%2BxQ%3D%3D"

#: (link, platform, weak, key without ``link:``)
RIGHT: list[tuple[str, Platform, bool, str]] = [
    # LinkedIn
    (f"{LI}/messaging/thread/2-MTIzNDU2Nzg5QDEyMw==/", Platform.LINKEDIN, False,
     "linkedin.com/messaging/thread/2-MTIzNDU2Nzg5QDEyMw"),
    (f"{LI}/messaging/thread/6512345678901234567", Platform.LINKEDIN, False,
     "linkedin.com/messaging/thread/6512345678901234567"),
    (f"{LI}/messaging/detail/2-abcDEF123/?trackingId=x", Platform.LINKEDIN, False,
     "linkedin.com/messaging/thread/2-abcDEF123"),
    (f"{LI}/sales/inbox/2-ZmFrZUlk", Platform.LINKEDIN, False, "linkedin.com/sales/inbox/2-ZmFrZUlk"),
    (f"{LI}/talent/inbox/0/main/id/2-MTIzNDU2", Platform.LINKEDIN, False, "linkedin.com/talent/inbox/2-MTIzNDU2"),
    (f"{LI}/feed/update/urn:li:activity:{POST}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A{POST}%2C{COMMENT}%29",
     Platform.LINKEDIN, False, f"linkedin.com/comment/{COMMENT}"),
    (f"{LI}/feed/update/urn:li:ugcPost:713/"
     f"?dashCommentUrn=urn%3Ali%3Afsd_comment%3A%28{COMMENT}%2Curn%3Ali%3AugcPost%3A713%29",
     Platform.LINKEDIN, False, f"linkedin.com/comment/{COMMENT}"),
    (f"{LI}/posts/jane-doe_hiring-activity-{POST}-aB3d?commentUrn=urn:li:comment:(urn:li:activity:{POST},{COMMENT})",
     Platform.LINKEDIN, False, f"linkedin.com/comment/{COMMENT}"),
    (f"{LI}/feed/update/urn:li:activity:{POST}?commentUrn=urn:li:comment:(activity:{POST},{COMMENT})"
     f"&replyUrn=urn:li:comment:(activity:{POST},{REPLY})", Platform.LINKEDIN, False, f"linkedin.com/comment/{REPLY}"),
    (f"{LI}/jobs/application/3812345678/detail/", Platform.LINKEDIN, False, "linkedin.com/jobs/application/3812345678"),
    (f"{LI}/jobs/tracker/applied/3812345678", Platform.LINKEDIN, False, "linkedin.com/jobs/application/3812345678"),
    (f"{LI}/jobs/view/3812345678/post-apply/default/", Platform.LINKEDIN, False,
     "linkedin.com/jobs/application/3812345678"),
    (f"{LI}/safety/go?url=https%3A%2F%2Fgithub.com%2Facme%2Ftool%2Fissues%2F7&trk=x", Platform.GITHUB, False,
     "github.com/acme/tool/issues/7"),
    # X
    ("https://x.com/messages/123456789-987654321", Platform.X, False, "x.com/messages/123456789-987654321"),
    ("https://twitter.com/messages/987654321-123456789", Platform.X, False, "x.com/messages/123456789-987654321"),
    ("https://x.com/messages/1412345678901234567", Platform.X, False, "x.com/messages/1412345678901234567"),
    ("https://x.com/i/chat/987654321-123456789", Platform.X, False, "x.com/messages/123456789-987654321"),
    ("https://x.com/i/chat/g1912345678901234567", Platform.X, False, "x.com/i/chat/g1912345678901234567"),
    ("https://x.com/somebody/status/1812345678901234567?s=20&t=abc", Platform.X, False,
     "x.com/i/status/1812345678901234567"),
    ("https://mobile.twitter.com/somebody/status/1812345678901234567/photo/1", Platform.X, False,
     "x.com/i/status/1812345678901234567"),
    ("https://x.com/i/web/status/1812345678901234567", Platform.X, False, "x.com/i/status/1812345678901234567"),
    # Mail
    ("https://mail.google.com/mail/u/0/#sent/FMfcgzGwHxxDRJJGcBrSbLPVDhQCPVSL", Platform.EMAIL, False,
     "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/u/1/#inbox/18c40ac9e3aaa410", Platform.EMAIL, False,
     "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/#all/18C40AC9E3AAA410", Platform.EMAIL, False,
     "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/u/0/#search/in%3Asent+acme/FMfcgzGwHxxDRJJGcBrSbLPVDhQCPVSL?compose=new",
     Platform.EMAIL, False, "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/u/0/#label/Jobs%2FAcme/18c40ac9e3aaa410", Platform.EMAIL, False,
     "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/u/0/?ui=2&view=btop&search=all&th=%23thread-f:1784563214569874448", Platform.EMAIL,
     False, "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/u/0?view=pt&search=all&permthid=thread-f:1784563214569874448&simpl=msg-f:1",
     Platform.EMAIL, False, "mail.google.com/mail#all/18c40ac9e3aaa410"),
    ("https://mail.google.com/mail/u/0/#sent/KtbxLrjCKpFQjqRDTzmLbrnnpzGcFnQShg", Platform.EMAIL, False,
     "mail.google.com/mail#all/KtbxLrjCKpFQjqRDTzmLbrnnpzGcFnQShg"),
    ("https://mail.google.com/mail/u/0?view=pt&permthid=thread-a:r-123456789012345678", Platform.EMAIL, False,
     "mail.google.com/mail?permthid=thread-a:r-123456789012345678"),
    (f"https://outlook.live.com/mail/0/sentitems/id/{OUTLOOK}", Platform.EMAIL, False,
     "outlook.live.com/mail/id/AQMkADAwATM0MDAAMS1iNTcxLTI2YjYtMDACLTAwCgBGAAAD8hJ%2BxQ=="),
    (f"https://outlook.office365.com/mail/inbox/id/{OUTLOOK}", Platform.EMAIL, False,
     "outlook.office.com/mail/id/AQMkADAwATM0MDAAMS1iNTcxLTI2YjYtMDACLTAwCgBGAAAD8hJ%2BxQ=="),
    (f"https://outlook.office.com/owa/?ItemID={OUTLOOK}&exvsurl=1&viewmodel=ReadMessageItem", Platform.EMAIL, False,
     "outlook.office.com/mail/id/AQMkADAwATM0MDAAMS1iNTcxLTI2YjYtMDACLTAwCgBGAAAD8hJ%2BxQ=="),
    (f"https://outlook.cloud.microsoft/mail/deeplink/read/{OUTLOOK}", Platform.EMAIL, False,
     "outlook.office.com/mail/id/AQMkADAwATM0MDAAMS1iNTcxLTI2YjYtMDACLTAwCgBGAAAD8hJ%2BxQ=="),
    ("https://mail.yahoo.com/d/folders/2/messages/AKxyz123_45?guccounter=1", Platform.EMAIL, False,
     "mail.yahoo.com/d/messages/AKxyz123_45"),
    ("https://mail.yahoo.com/d/search/keyword=acme/messages/AKxyz123_45", Platform.EMAIL, False,
     "mail.yahoo.com/d/messages/AKxyz123_45"),
    ("https://mail.aol.com/d/folders/2/messages/12345", Platform.EMAIL, False, "mail.aol.com/d/messages/12345"),
    (f"https://mail.proton.me/u/0/all-sent/{PROTON}", Platform.EMAIL, False,
     f"mail.proton.me/u/0/all-mail/{PROTON}"),
    (f"https://mail.proton.me/u/3/inbox/{PROTON}/{PROTON}", Platform.EMAIL, False,
     f"mail.proton.me/u/0/all-mail/{PROTON}"),
    ("https://app.fastmail.com/mail/Sent/T0123456789abcdef.Mabcdef0123456789?u=12345678", Platform.EMAIL, False,
     "app.fastmail.com/mail/All/Mabcdef0123456789"),
    ("https://www.fastmail.com/mail/Archive/Mabcdef0123456789", Platform.EMAIL, False,
     "app.fastmail.com/mail/All/Mabcdef0123456789"),
    ("https://mail.zoho.eu/zm/#mail/folder/sent/p/1678901234567110001", Platform.EMAIL, False,
     "mail.zoho.eu/zm#mail/folder/all/p/1678901234567110001"),
    ("https://app.hey.com/topics/123456789#entry", Platform.EMAIL, False, "app.hey.com/topics/123456789"),
    ("https://app.tuta.com/mail/OAbcd-1--F/OAbce-2--F", Platform.EMAIL, False,
     "app.tuta.com/mail/OAbcd-1--F/OAbce-2--F"),
    ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ft.me%2Fc%2F1234567890%2F42&data=05",
     Platform.TELEGRAM,
     False, "t.me/c/1234567890/42"),
    # Wellfound
    ("https://wellfound.com/jobs/messages/912345678", Platform.WELLFOUND, False,
     "wellfound.com/jobs/messages/912345678"),
    ("https://wellfound.com/jobs/conversations/912345678", Platform.WELLFOUND, False,
     "wellfound.com/jobs/messages/912345678"),
    ("https://angel.co/jobs/applications/31234567", Platform.WELLFOUND, False,
     "wellfound.com/jobs/applications/31234567"),
    # Discord
    ("https://discord.com/channels/102860784329052160/381890411414683648/1174000000000000000", Platform.DISCORD, False,
     "discord.com/channels/102860784329052160/381890411414683648/1174000000000000000"),
    ("https://ptb.discordapp.com/channels/@me/381890411414683648/1174000000000000000", Platform.DISCORD, False,
     "discord.com/channels/@me/381890411414683648/1174000000000000000"),
    # Slack
    ("https://acme.slack.com/archives/C024BE91L/p1700000000123456", Platform.SLACK, False,
     "slack.com/archives/C024BE91L/p1700000000123456"),
    ("https://acme.slack.com/archives/D024BE91L/p1700000000123456?thread_ts=1699.1&cid=D024BE91L", Platform.SLACK,
     False,
     "slack.com/archives/D024BE91L/p1700000000123456"),
    ("https://app.slack.com/client/T024BE7LD/C024BE91L/thread/C024BE91L-1700000000.123456", Platform.SLACK, False,
     "slack.com/archives/C024BE91L/p1700000000123456"),
    # Telegram
    ("https://t.me/c/1234567890/42", Platform.TELEGRAM, False, "t.me/c/1234567890/42"),
    ("https://t.me/c/1234567890/7/42?single", Platform.TELEGRAM, False, "t.me/c/1234567890/42"),
    ("https://telegram.me/s/Some_Group/42", Platform.TELEGRAM, False, "t.me/some_group/42"),
    ("https://t.me/some_channel/42?comment=77", Platform.TELEGRAM, False, "t.me/some_channel/42?comment=77"),
    ("https://some_group.t.me/42", Platform.TELEGRAM, False, "t.me/some_group/42"),
    # GitHub
    ("https://github.com/Acme/Tool/issues/12#issuecomment-1800000001", Platform.GITHUB, False,
     "github.com/acme/tool/issues/12#issuecomment-1800000001"),
    ("https://github.com/acme/tool/pull/12#issuecomment-1800000001", Platform.GITHUB, False,
     "github.com/acme/tool/issues/12#issuecomment-1800000001"),
    ("https://github.com/acme/tool/pull/12/files#r1300000001", Platform.GITHUB, False,
     "github.com/acme/tool/issues/12#discussion_r1300000001"),
    ("https://github.com/acme/tool/pull/12#discussion_r1300000001", Platform.GITHUB, False,
     "github.com/acme/tool/issues/12#discussion_r1300000001"),
    ("https://github.com/acme/tool/pull/12#pullrequestreview-1500000001", Platform.GITHUB, False,
     "github.com/acme/tool/issues/12#pullrequestreview-1500000001"),
    ("https://github.com/acme/tool/pull/12/commits", Platform.GITHUB, False, "github.com/acme/tool/issues/12"),
    ("https://github.com/acme/tool/discussions/9#discussioncomment-7000001", Platform.GITHUB, False,
     "github.com/acme/tool/discussions/9#discussioncomment-7000001"),
    ("https://github.com/orgs/acme/discussions/9", Platform.GITHUB, False, "github.com/acme/discussions/discussions/9"),
    ("https://github.com/acme/tool/commit/0123abc#commitcomment-130000001", Platform.GITHUB, False,
     "github.com/acme/tool/commit/0123abc#commitcomment-130000001"),
    # Portals
    ("https://boards.greenhouse.io/acme/jobs/4012345/confirmation?gh_src=x", Platform.PORTAL, False,
     "boards.greenhouse.io/acme/jobs/4012345/confirmation"),
    ("https://job-boards.eu.greenhouse.io/acme/jobs/4012345/confirmation", Platform.PORTAL, False,
     "job-boards.eu.greenhouse.io/acme/jobs/4012345/confirmation"),
    ("https://my.greenhouse.io/applications/998877", Platform.PORTAL, False, "my.greenhouse.io/applications/998877"),
    (f"https://jobs.lever.co/acme/{UUID}/thanks?lever-source=x", Platform.PORTAL, False,
     f"jobs.lever.co/acme/{UUID}/thanks"),
    (f"https://jobs.eu.lever.co/acme/{UUID}/already-received", Platform.PORTAL, False,
     f"jobs.eu.lever.co/acme/{UUID}/already-received"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/External/jobTasks/completed/application/R-0012", Platform.PORTAL, False,
     "acme.wd5.myworkdayjobs.com/External/jobTasks/completed/application/R-0012"),
    ("https://acme.wd5.myworkdayjobs.com/External/job/Berlin/Engineer_R-0012/apply/submitted", Platform.PORTAL, False,
     "acme.wd5.myworkdayjobs.com/External/job/Berlin/Engineer_R-0012/apply/submitted"),
    ("https://acme.wd5.myworkdayjobs.com/de-DE/External/userHome", Platform.PORTAL, True,
     "acme.wd5.myworkdayjobs.com/External/userHome"),
    (f"https://jobs.ashbyhq.com/acme/{UUID}/application", Platform.PORTAL, True,
     f"jobs.ashbyhq.com/acme/{UUID}/application"),
    (f"https://jobs.ashbyhq.com/acme/{UUID}/application/success", Platform.PORTAL, False,
     f"jobs.ashbyhq.com/acme/{UUID}/application/success"),
    (f"https://my.smartrecruiters.com/applications/{UUID}", Platform.PORTAL, False,
     f"my.smartrecruiters.com/applications/{UUID}"),
    ("https://jobs.smartrecruiters.com/Acme/743999912345-engineer/thank-you", Platform.PORTAL, False,
     "jobs.smartrecruiters.com/Acme/743999912345-engineer/thank-you"),
    ("https://myjobs.indeed.com/applied/0a1b2c3d4e5f", Platform.PORTAL, False,
     "myjobs.indeed.com/applied/0a1b2c3d4e5f"),
    ("https://smartapply.indeed.com/beta/indeedapply/form/post-apply", Platform.PORTAL, True,
     "smartapply.indeed.com/beta/indeedapply/form/post-apply"),
    ("https://messages.indeed.com/conversations/0a1b2c3d-44", Platform.PORTAL, False,
     "messages.indeed.com/conversations/0a1b2c3d-44"),
    ("https://apply.workable.com/acme/j/0A1B2C3D4E/apply/thanks", Platform.PORTAL, False,
     "apply.workable.com/acme/j/0A1B2C3D4E/apply/thanks"),
    ("https://acme.bamboohr.com/careers/41/thank-you", Platform.PORTAL, False,
     "acme.bamboohr.com/careers/41/thank-you"),
    ("https://acme.teamtailor.com/jobs/1234567-engineer/applications/88990011", Platform.PORTAL, False,
     "acme.teamtailor.com/jobs/1234567-engineer/applications/88990011"),
    ("https://acme.jobs.personio.de/job/123456/apply/success", Platform.PORTAL, False,
     "acme.jobs.personio.de/job/123456/apply/success"),
    ("https://jobs.jobvite.com/acme/job/oAbCdfw1/applicationConfirmation", Platform.PORTAL, False,
     "jobs.jobvite.com/acme/job/oAbCdfw1/applicationConfirmation"),
    ("https://careers-acme.icims.com/jobs/4321/engineer/submitted", Platform.PORTAL, False,
     "careers-acme.icims.com/jobs/4321/engineer/submitted"),
    ("https://app.joinhandshake.com/stu/applications/55667788", Platform.PORTAL, False,
     "app.joinhandshake.com/stu/applications/55667788"),
    ("https://app.joinhandshake.com/inbox/conversations/55667788", Platform.PORTAL, False,
     "app.joinhandshake.com/inbox/conversations/55667788"),
    ("https://app.welcometothejungle.com/applications/a1b2c3d4", Platform.PORTAL, False,
     "app.welcometothejungle.com/applications/a1b2c3d4"),
    ("https://hired.com/x/interview-requests/443322", Platform.PORTAL, False, "hired.com/x/interview-requests/443322"),
    # Any other page
    ("https://careers.example.com/status?ref=APP-4711", Platform.OTHER, True,
     "careers.example.com/status?ref=APP-4711"),
    ("https://www.example.org/application/4711/", Platform.OTHER, True, "example.org/application/4711"),
    ("https://app.example.com/#/applications/4711", Platform.OTHER, True, "app.example.com#/applications/4711"),
    ("https://example.com:8443/application/4711", Platform.OTHER, True, "example.com:8443/application/4711"),
    ("https://news.ycombinator.com/item?id=38000001", Platform.OTHER, True, "news.ycombinator.com/item?id=38000001"),
    ("https://www.instagram.com/direct/t/17842390000000000/", Platform.OTHER, True,
     "instagram.com/direct/t/17842390000000000"),
    ("https://bsky.app/profile/jane.example/post/3kabc", Platform.OTHER, True,
     "bsky.app/profile/jane.example/post/3kabc"),
]  # fmt: skip

#: (link, words that the refusal must hold)
WRONG: list[tuple[str, str]] = [
    # LinkedIn
    (f"{LI}/in/jane-doe-123/", "profile on LinkedIn"),
    ("https://de.linkedin.com/in/jane-doe-123", "profile on LinkedIn"),
    (f"{LI}/in/jane-doe/recent-activity/all/", "activity"),
    (f"{LI}/sales/lead/ACwAAA,NAME_SEARCH", "profile"),
    (LI, "home page"),
    (f"{LI}/feed/", "home page"),
    (f"{LI}/company/acme/jobs/", "company page"),
    (f"{LI}/search/results/people/?keywords=recruiter", "search"),
    (f"{LI}/login?fromSignIn=true", "login page"),
    (f"{LI}/checkpoint/challenge/abc", "login page"),
    (f"{LI}/mypreferences/d/categories/account", "settings page"),
    (f"{LI}/messaging/", "inbox"),
    (f"{LI}/messaging/thread/new/", "not sent"),
    (f"{LI}/messaging/compose/?recipient=abc", "not sent"),
    (f"{LI}/sales/inbox/", "inbox"),
    (f"{LI}/jobs/view/3812345678/", "job ad"),
    (f"{LI}/jobs/collections/recommended/?currentJobId=1", "list of jobs"),
    (f"{LI}/my-items/saved-jobs/?cardType=APPLIED", "list of your applications"),
    (f"{LI}/feed/update/urn:li:activity:{POST}/", "post on LinkedIn"),
    (f"{LI}/posts/jane-doe_hiring-activity-{POST}-aB3d", "post on LinkedIn"),
    (f"{LI}/mynetwork/grow/", "list on LinkedIn"),
    ("https://lnkd.in/eAbCdEf", "shortened"),
    # X
    ("https://x.com/somebody", "profile on X"),
    ("https://twitter.com/somebody/with_replies", "profile on X"),
    ("https://x.com/home", "home page of X"),
    ("https://x.com", "home page of X"),
    ("https://x.com/messages", "inbox of X"),
    ("https://x.com/i/chat", "inbox of X"),
    ("https://x.com/messages/compose?recipient_id=12", "not sent"),
    ("https://twitter.com/intent/tweet?text=hi", "not sent"),
    ("https://x.com/search?q=hiring", "search on X"),
    ("https://x.com/explore", "search on X"),
    ("https://x.com/i/flow/login", "login page of X"),
    ("https://x.com/settings/account", "settings page of X"),
    ("https://x.com/notifications", "page of X"),
    ("https://t.co/AbCdEf", "shortened"),
    # Mail
    ("https://mail.google.com/mail/u/0/#sent", "mailbox in Gmail"),
    ("https://mail.google.com/mail/u/0/#inbox", "mailbox in Gmail"),
    ("https://mail.google.com/mail/u/0/#inbox/p2", "mailbox in Gmail"),
    ("https://mail.google.com/", "mailbox in Gmail"),
    ("https://mail.google.com/mail/u/0/#search/acme", "search in Gmail"),
    ("https://mail.google.com/mail/u/0/#settings/general", "page of Gmail"),
    ("https://mail.google.com/mail/u/0/#drafts/FMfcgzGwHxxDRJJGcBrSbLPVDhQCPVSL", "not sent"),
    ("https://mail.google.com/mail/?view=cm&to=jane@example.com", "not sent"),
    ("https://gmail.com", "home page of Gmail"),
    ("https://outlook.live.com/mail/0/sentitems", "mailbox in Outlook"),
    ("https://outlook.office.com/mail/deeplink/compose?to=jane@example.com", "not sent"),
    (f"https://outlook.live.com/mail/0/drafts/id/{OUTLOOK}", "not sent"),
    ("https://outlook.com", "home page of Outlook"),
    ("https://mail.yahoo.com/d/folders/2", "mailbox in Yahoo Mail"),
    ("https://mail.yahoo.com/d/compose/123", "not sent"),
    ("https://mail.proton.me/u/0/all-sent", "mailbox in Proton Mail"),
    (f"https://mail.proton.me/u/0/drafts/{PROTON}", "not sent"),
    ("https://account.proton.me/login", "login page of Proton Mail"),
    ("https://app.fastmail.com/mail/Sent/?u=12345678", "mailbox in Fastmail"),
    ("https://app.fastmail.com/settings", "page of Fastmail"),
    ("https://www.icloud.com/mail/", "screenshot"),
    ("https://mail.zoho.com/zm/#mail/folder/sent", "mailbox in Zoho"),
    ("jane@example.com", "mail address"),
    ("mailto:jane@example.com", "mail address"),
    # Wellfound
    ("https://wellfound.com/u/jane-doe", "profile on Wellfound"),
    ("https://wellfound.com/company/acme", "company page"),
    ("https://wellfound.com/jobs", "list of jobs"),
    ("https://wellfound.com/jobs/2812345-engineer", "job ad"),
    ("https://wellfound.com/jobs/applications", "list of your applications"),
    ("https://wellfound.com/jobs/messages", "inbox of Wellfound"),
    ("https://wellfound.com/login", "login page"),
    # Discord
    ("https://discord.com/channels/@me", "Discord without a message"),
    ("https://discord.com/channels/102860784329052160/381890411414683648", "channel on Discord"),
    ("https://discord.com/users/381890411414683648", "profile on Discord"),
    ("https://discord.gg/abcdef", "invitation"),
    ("https://discord.com/login", "login page"),
    # Slack
    ("https://app.slack.com/client/T024BE7LD/C024BE91L", "channel on Slack"),
    ("https://app.slack.com/client/T024BE7LD", "workspace"),
    ("https://acme.slack.com/archives/C024BE91L", "channel on Slack"),
    ("https://acme.slack.com/team/U024BE7LH", "profile on Slack"),
    ("https://slack.com/signin", "login page of Slack"),
    # WhatsApp and Signal
    ("https://wa.me/4915112345678", "screenshot"),
    ("https://wa.me/4915112345678?text=Hi", "screenshot"),
    ("https://api.whatsapp.com/send?phone=4915112345678", "screenshot"),
    ("https://web.whatsapp.com/", "screenshot"),
    ("https://chat.whatsapp.com/AbCdEf", "invitation"),
    ("https://signal.me/#p/+4915112345678", "Signal"),
    # Telegram
    ("https://t.me/some_person", "person or channel"),
    ("https://t.me/+AbCdEf", "invitation"),
    ("https://t.me/joinchat/AbCdEf", "invitation"),
    ("https://t.me/share/url?url=x", "form"),
    ("https://web.telegram.org/k/#@some_person", "no links"),
    ("https://t.me", "page of Telegram"),
    # GitHub
    ("https://github.com/acme", "profile on GitHub"),
    ("https://github.com/acme/tool", "repository"),
    ("https://github.com/acme/tool/blob/main/README.md#r12", "repository"),
    ("https://github.com/acme/tool/issues", "list on GitHub"),
    ("https://github.com/acme/tool/issues/new?title=x", "not sent"),
    ("https://github.com/acme/tool/compare/main...me:fix", "not sent"),
    ("https://github.com/search?q=x", "search"),
    ("https://github.com/login", "login page"),
    ("https://github.com/settings/profile", "settings page"),
    ("https://github.com", "home page"),
    # Portals
    ("https://boards.greenhouse.io/acme", "page of Greenhouse"),
    ("https://boards.greenhouse.io/acme/jobs/4012345", "job ad on Greenhouse"),
    ("https://boards.greenhouse.io/embed/job_app?for=acme&token=4012345", "form on Greenhouse"),
    (f"https://jobs.lever.co/acme/{UUID}", "job ad on Lever"),
    (f"https://jobs.lever.co/acme/{UUID}/apply", "form on Lever"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/External", "page of Workday"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/External/job/Berlin/Engineer_R-0012", "job ad on Workday"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/External/job/Berlin/Engineer_R-0012/apply/applyManually", "form"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/External/login", "login page of Workday"),
    (f"https://jobs.ashbyhq.com/acme/{UUID}", "job ad on Ashby"),
    ("https://jobs.ashbyhq.com/acme", "page of Ashby"),
    ("https://jobs.smartrecruiters.com/Acme/743999912345-engineer", "job ad on SmartRecruiters"),
    (f"https://jobs.smartrecruiters.com/oneclick-ui/company/Acme/publication/{UUID}", "form"),
    ("https://www.indeed.com/viewjob?jk=0a1b2c3d4e5f", "job ad on Indeed"),
    ("https://de.indeed.com/jobs?q=engineer", "list on Indeed"),
    ("https://myjobs.indeed.com/applied", "list on Indeed"),
    ("https://secure.indeed.com/auth", "login page of Indeed"),
    ("https://apply.workable.com/acme/j/0A1B2C3D4E/", "job ad on Workable"),
    ("https://apply.workable.com/acme/j/0A1B2C3D4E/apply/", "form on Workable"),
    ("https://acme.bamboohr.com/careers/41", "job ad on BambooHR"),
    ("https://acme.teamtailor.com/jobs/1234567-engineer", "job ad on Teamtailor"),
    ("https://acme.teamtailor.com/jobs/1234567-engineer/applications/new", "form on Teamtailor"),
    ("https://acme.jobs.personio.de/job/123456?language=de#apply", "job ad on Personio"),
    ("https://jobs.jobvite.com/acme/job/oAbCdfw1/apply", "form on Jobvite"),
    ("https://careers-acme.icims.com/jobs/4321/engineer/job", "job ad on iCIMS"),
    ("https://careers-acme.icims.com/jobs/dashboard", "list on iCIMS"),
    ("https://app.joinhandshake.com/stu/jobs/123456", "job ad on Handshake"),
    ("https://app.joinhandshake.com/applications", "list on Handshake"),
    ("https://app.otta.com/jobs/a1b2c3d4", "job ad"),
    ("https://hired.com", "home page of Hired"),
    # Anything else
    ("https://example.com", "home page of example.com"),
    ("https://example.com/index.html", "home page of example.com"),
    ("https://example.com/?utm_source=x", "home page of example.com"),
    ("https://example.com/login?next=/application/1", "login page"),
    ("https://accounts.google.com/v3/signin", "login page"),
    ("https://example.com/account/settings", "settings page"),
    ("https://example.com/search?q=jobs", "search"),
    ("https://www.google.com/search?q=acme+jobs", "search engine"),
    ("https://example.com/careers", "list of jobs"),
    ("https://example.com/about-us", "company page"),
    ("https://example.com/inbox", "inbox"),
    ("https://mastodon.example/@jane", "profile"),
    ("https://www.facebook.com/jane.doe", "profile or a list on Facebook"),
    ("https://bsky.app/profile/jane.example", "profile or a list on Bluesky"),
    ("https://leetcode.com/jane", "LeetCode"),
    ("https://bit.ly/3abcdef", "shortened"),
    ("https://tinyurl.com/abc", "shortened"),
    ("http://www.linkedin.com/messaging/thread/2-abc123/", "not encrypted"),
    ("https://jane:secret@example.com/application/1", "password"),
    ("https://192.168.0.10/application/1", "IP address"),
    ("https://[::1]/application/1", "IP address"),
    ("https://[2001:db8::7]/application/1", "IP address"),
    ("https://0x7f.0.0.1/application/1", "IP address"),
    ("https://localhost/application/1", "this computer"),
    ("https://localhost:8080/application/1", "this computer"),
    ("https://printer.local/application/1", "this computer"),
    ("https://intranet/application/1", "network of one's own"),
    ("https://server/application/1", "not a link"),
    ("https://example.com:99999/application/1", "not a link"),
    ("https://exa mple.com/1", "more than a link"),
    ("I wrote to Jane, see https://x.com/jane/status/123", "more than a link"),
    ("file:///home/jane/shot.png", "file on this computer"),
    ("javascript:alert(1)", "not a page in a browser"),
    ("slack://channel?team=T1&id=C1", "not a page in a browser"),
    ("tg://resolve?domain=jane", "not a page in a browser"),
    ("hello", "not a link"),
    ("https://", "not a link"),
    ("https:///path", "not a link"),
    ("https://linkedin.com\\@example.com/1", "not a link"),
    ("", "needed"),
    ("   ", "needed"),
    ("https://example.com/" + "a" * 5000, "too long"),
]


@pytest.mark.parametrize(("link", "platform", "weak", "key"), RIGHT, ids=[row[0][8:70] for row in RIGHT])
def test_a_message_or_an_application_counts(link: str, platform: Platform, weak: bool, key: str) -> None:
    """It is taken for what it is, under the key that all of its spellings have, and shown as https."""
    proof = check(link)
    assert (proof.platform, proof.weak, proof.key) == (platform, weak, f"link:{key}")
    assert proof.shown.startswith("https://")
    assert proof.words.endswith(".")
    assert check(proof.shown).key == proof.key


@pytest.mark.parametrize(("link", "words"), WRONG, ids=[row[0][:70] or "nothing" for row in WRONG])
def test_what_is_no_message_is_refused_with_what_to_paste_instead(link: str, words: str) -> None:
    """The field is named, the kind of page is said, and a second sentence says what to do."""
    with pytest.raises(BadInput, match=re.escape(words)) as refused:
        check(link)
    assert refused.value.field == "proof"
    assert re.search(r"\. [A-Z].*[a-z).]$", refused.value.message), "no advice"


def test_the_table_holds_right_and_wrong_links_for_every_platform() -> None:
    """At least 130 links; each platform but *other* and WhatsApp, which has no links, is met both ways."""
    assert len(RIGHT) + len(WRONG) >= 130
    assert {row[1] for row in RIGHT} == set(Platform) - {Platform.WHATSAPP}
    assert {platform_of(link) for link, _ in WRONG} == set(Platform)
    assert len({link for link, *_ in RIGHT} | {link for link, _ in WRONG}) == len(RIGHT) + len(WRONG)


def test_different_messages_have_different_keys() -> None:
    """One spelling for one message must not swallow its neighbours."""
    assert check("https://t.me/c/1234567890/42").key != check("https://t.me/c/1234567890/43").key
    assert check("https://t.me/some_channel/42").key != check("https://t.me/some_channel/42?comment=1").key
    mails = ("FMfcgzGwHxxDRJJGcBrSbLPVDhQCPVSL", "FMfcgzGwHxxDRJJGcBrSbLPVDhQCPVSP")
    assert len({check(f"https://mail.google.com/mail/u/0/#sent/{mail}").key for mail in mails}) == 2
    assert check("https://example.com/a%2Fb/1").key != check("https://example.com/a/b/1").key
    assert check("https://example.com/Status/1").key != check("https://example.com/status/1").key


def test_secrets_in_a_link_are_neither_kept_nor_shown() -> None:
    """Two links that differ in their token only stay apart, and no token is in the key or on the screen."""
    one, other = (check(f"https://jobs.example.com/status?id=7&token={token}") for token in ("hunter2", "hunter3"))
    assert one.key != other.key
    assert "hunter" not in one.key + one.shown + other.key + other.shown
    assert one.shown == "https://jobs.example.com/status?id=7"
    assert check(f"https://{one.key.removeprefix('link:')}").key == one.key


def test_what_was_pasted_around_a_link_does_not_matter() -> None:
    """Brackets and quotation marks come along from mails; a missing scheme comes from phones."""
    plain = check("https://t.me/c/1234567890/42")
    for text in ("<https://t.me/c/1234567890/42>", '"https://t.me/c/1234567890/42"', " t.me/c/1234567890/42\n"):
        assert check(text) == plain


@pytest.mark.parametrize(
    ("link", "platform"),
    [
        ("https://www.linkedin.com/in/jane", Platform.LINKEDIN),
        ("linkedin.com/in/jane", Platform.LINKEDIN),
        ("http://twitter.com/jane", Platform.X),
        ("https://wellfound.com/company/acme", Platform.WELLFOUND),
        ("https://discord.com/users/123456789012345678", Platform.DISCORD),
        ("https://acme.slack.com/team/U1", Platform.SLACK),
        ("https://wa.me/4915112345678", Platform.WHATSAPP),
        ("https://t.me/jane_doe", Platform.TELEGRAM),
        ("https://github.com/jane", Platform.GITHUB),
        ("https://jobs.lever.co/acme", Platform.PORTAL),
        ("https://acme.wd3.myworkdayjobs.com/x", Platform.PORTAL),
        ("jane@example.com", Platform.EMAIL),
        ("mailto:jane@example.com", Platform.EMAIL),
        ("https://mail.google.com", Platform.EMAIL),
        ("https://example.com/jane", Platform.OTHER),
        ("https://notlinkedin.com/in/jane", Platform.OTHER),
        ("https://linkedin.com.example.com/in/jane", Platform.OTHER),
        ("nothing at all", Platform.OTHER),
        ("", Platform.OTHER),
    ],
)
def test_a_profile_link_tells_the_platform(link: str, platform: Platform) -> None:
    """A look-alike host is not the platform."""
    assert platform_of(link) is platform


@pytest.mark.parametrize(
    ("platform", "title"),
    [(Platform.LINKEDIN, "LinkedIn"), (Platform.X, "X"), (Platform.EMAIL, "E-mail"), (Platform.PORTAL, "Job portal"),
     (Platform.WELLFOUND, "Wellfound"), (Platform.WHATSAPP, "WhatsApp"), (Platform.GITHUB, "GitHub")],
)  # fmt: skip
def test_a_platform_writes_itself(platform: Platform, title: str) -> None:
    """Names are as their owners spell them."""
    assert platform.title == title


def test_a_look_alike_host_is_only_a_weak_page() -> None:
    """The rules of a platform hold on its own hosts, not on a host that ends or begins like one."""
    for host in ("evil-linkedin.com", "linkedin.com.example.org"):
        proof: LinkProof = check(f"https://{host}/messaging/thread/2-abc123")
        assert (proof.platform, proof.weak) == (Platform.OTHER, True)
