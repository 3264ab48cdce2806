"""Files as other programs export them: their real columns, people and companies of our own making."""

LINKEDIN = (
    "Notes:\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing. '
    'You will only see email addresses for connections who have allowed it, using this setting."\n'
    "\n"
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    'Ada,Example,https://www.linkedin.com/in/ada-example,ada@example.org,"Engines, Ltd.",CTO,20 Nov 2025\n'
    "Jörg,Beispiel,https://www.linkedin.com/in/j%C3%B6rg-beispiel,,Muster GmbH,Talent Partner,03 Jan 2026\n"
    ",,,,,,04 Jan 2026\n"
)

HUNTR = (
    "Employer,Job Title,List,URL,Location,Salary,Date Saved,Notes\n"
    "Acme Corp,Senior Developer,Applied,https://jobs.lever.co/acme/1,London,£80k,2026-01-15,Great fit\n"
    "Globex,Junior Developer,Interview,https://globex.example/jobs/2,Remote,$60k,2026-01-20,\n"
    'Initech,Full Stack,Wishlist,,Austin,,2026-01-21,"Two lines\nof notes"\n'
    "Acme Corp.,Data Engineer,Rejected,https://jobs.lever.co/acme/3,London,,2026-01-22,\n"
)

TEAL = (
    "Company Name,Job Title,Status,URL,Location,Min Salary,Max Salary,Date Saved,Date Applied,Follow Up,"
    "Excitement,Notes\n"
    "Hooli,Platform Engineer,Bookmarked,https://boards.greenhouse.io/hooli/jobs/9,Remote,100,140,10/05/2026,,11/25/2026,5,\n"
    "Umbrella,ML Engineer,No Response,https://jobs.ashbyhq.com/umbrella/7,Bonn,,,10/06/2026,10/07/2026,12/01/2026,3,Ask\n"
)

SIMPLIFY = (
    "Job Title,Company Name,Job URL,Applied Date,Status,Status Date,Archived,Date Archived,Notes\n"
    "Backend Engineer,Soylent,https://jobs.ashbyhq.com/soylent/abc/application?utm_source=Simplify,2026-09-02,APPLIED,"
    "2026-09-02,No,,\n"
    "SRE,Tyrell,https://apply.workable.com/tyrell/j/AB12CD/,2026-09-03,SCREEN,2026-09-10,No,,Call on Monday\n"
)

NOTION = (
    "\ufeffCompany,Position,Stage,Apply Date,Contact,Contact Email,Posting URL,Priority,Tags\n"
    '"Wonka, Inc.",Engineer,Ghosted,"November 3, 2026",Charlie Example,charlie@wonka.example,'
    'https://wonka.example/careers/engineer,High,"remote, sweets"\n'
    "Stark,Analyst,Vibing,,Pepper Example,pepper@stark.example,,Low,\n"
)

AIRTABLE = (
    "Name,Company,Status,Application deadline,Job posting,Salary range,Follow up date,Notes\n"
    "Designer,Cyberdyne,Not started,2026-12-01,https://cyberdyne.example/jobs/designer,50-60,2026-11-28,\n"
)

HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Associated Company,"
    "Job Title,Create Date\n"
    "101,Grace,Example,grace@yards.example,+1 555 0100,Me,ATTEMPTED_TO_CONTACT,Yards,Recruiter,2026-03-12 09:14\n"
    "102,Kay,,kay@yards.example,,Me,NEW,Yards,,2026-03-13 10:00\n"
)
