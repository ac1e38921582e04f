/** What opens the document, in Markdown. */
export const INTRODUCTION = `
Numer keeps invoices: drafts them, calculates them, numbers and mails them, reminds of them, and records what was paid.

**To begin**, sign up with \`POST /users\`, sign in with \`POST /sessions\`, and send the \`accessToken\` with every further
call, as \`Authorization: Bearer ...\`. It lasts ten minutes; \`POST /sessions/refresh\` gives the next one. A program takes
an API key instead (\`POST /api-keys\`). Then add a customer, draft an invoice, send it, record the payment.

**JSON** is proto3 JSON. Amounts are integers in minor units of their currency (cents), written as strings because they may
be larger than a JSON number can be; quantities, prices and percents are exact decimals, written as strings. Times are RFC 3339, days
\`YYYY-MM-DD\`. Answers have all fields, with their default value when they were never set, except for messages and times,
which are left out; more may be added. A request may also hold the fields that only the server sets, which are ignored; a field
that does not exist is refused.

**PATCH** takes a merge patch (RFC 7396): what is absent stays as it is, \`null\` clears, a list is replaced as a whole.

**Lists** come in pages: send \`nextPageToken\` as \`pageToken\`, with the same filters, until it is empty.

**Failures** are \`application/problem+json\` (RFC 9457). \`reason\` is for programs and never changes its meaning; \`errors\`
points to each field at fault. What belongs to somebody else is answered as if it did not exist.

**Trying again** is safe for every GET, PATCH and DELETE, and for a POST with an \`Idempotency-Key\`. \`Retry-After\` says when,
\`Request-Timeout\` (in seconds) how long you are willing to wait.

**Changing what others may change** is safe with \`If-Match\`: send the ETag of what you have read.

The same calls can be made with gRPC, gRPC-web and Connect, on the same port.
`.trim();
