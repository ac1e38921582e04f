import type { DescEnum, DescMessage, DescService } from '@bufbuild/protobuf';
import { html, raw } from 'hono/html';
import type { Html } from './comment-markup.ts';
import { anchorOf, type Contracts, readContracts, topicOf } from './contracts.ts';
import { enumSection, eventSection, messageSection } from './message-section.ts';
import { REFERENCE_STYLE } from './reference-style.ts';
import { serviceSection } from './service-section.ts';

/** What is known about a release besides its contracts. */
export interface ReleaseFacts {
  readonly version: string;
  /** Day of the release, `YYYY-MM-DD`. */
  readonly date: string;
  /** What changed, one line each. */
  readonly notes: readonly string[];
  /** Names of its files, to be linked. */
  readonly files: readonly string[];
}

/**
 * Writes the contracts of a release as one page that needs nothing else: no script, no other file. Every service, RPC, message,
 * field, enum and event has its full name as its anchor.
 *
 * @param image as `buf build` writes it, with comments
 */
export async function renderReference(image: Uint8Array, release: ReleaseFacts): Promise<string> {
  const contracts = readContracts(image);
  const { services, messages, events, enums } = contracts;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Numer contracts ${release.version}</title>
<style>${raw(REFERENCE_STYLE)}</style>
</head>
<body>
<nav aria-label="Contents">
<p class="home"><a href="#top">Numer contracts</a> ${release.version}</p>
${navigation(contracts)}
</nav>
<main id="top">
${introduction(release)}
<h2 id="services">Services</h2>
${services.map((service) => serviceSection(service, contracts))}
<h2 id="messages">Messages</h2>
${messages.map((message) => messageSection(message, contracts))}
<h2 id="events">Events</h2>
${events.map((message) => eventSection(message, contracts))}
<h2 id="enums">Enums</h2>
${enums.map((each) => enumSection(each, contracts))}
</main>
</body>
</html>
`;
  return String(await page);
}

function introduction({ version, date, notes, files }: ReleaseFacts): Html {
  const links = files.map((file) => html`<li><a href="/schemas/${version}/${file}">${file}</a></li>`);
  return html`<h1>Numer contracts ${version}</h1>
<p>Released on ${date}. Every call can be made over REST, gRPC, gRPC-web and Connect, on one port; this reference applies to
all of them. In JSON, names are in camelCase, 64-bit integers are strings, and bytes are base64. To try calls, see
<a href="/docs">the documentation of the REST API</a>; other releases are in <a href="/schemas">the registry</a>.</p>
<ul class="files">${links}</ul>
<details><summary>What changed in this release</summary><ul>${notes.map((note) => html`<li>${note.replaceAll('`', '')}</li>`)}</ul></details>`;
}

function navigation({ services, messages, events, enums }: Contracts): Html {
  return html`<h2><a href="#services">Services</a></h2>
${services.map(serviceLinks)}
<h2><a href="#messages">Messages</a></h2>
${[...Map.groupBy(messages, ({ file }) => file.proto.package)].map(([name, group]) => packageLinks(name, group))}
<h2><a href="#events">Events</a></h2>
<details><summary>by topic</summary><ul>${events.map((message) => linkTo(message, topicOf(message)))}</ul></details>
<h2><a href="#enums">Enums</a></h2>
<ul>${enums.map((each) => linkTo(each, each.name))}</ul>`;
}

function serviceLinks(service: DescService): Html {
  const links = service.methods.map((method) => html`<li><a href="#${anchorOf(method)}">${method.name}</a></li>`);
  return html`<details><summary>${service.name}</summary><ul><li><a href="#${anchorOf(service)}">All RPCs</a></li>${links}</ul></details>`;
}

function packageLinks(name: string, messages: readonly DescMessage[]): Html {
  return html`<details><summary>${name.replace(/^numer\./, '')}</summary><ul>${messages.map((message) =>
    linkTo(message, message.typeName.slice(name.length + 1)),
  )}</ul></details>`;
}

function linkTo(element: DescEnum | DescMessage, text: string): Html {
  return html`<li><a href="#${anchorOf(element)}">${text}</a></li>`;
}
