import { type DescMethod, type DescService, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { html } from 'hono/html';
import { RpcOptions_Access as Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';
import { type Binding, readBindings } from '../rest/http-rule.ts';
import { successOf } from '../success-of.ts';
import { firstSentence, type Html, markUp } from './comment-markup.ts';
import { anchorOf, type Contracts } from './contracts.ts';
import { anchorLink, deprecation, messageBody } from './message-section.ts';

const ACCESS: Readonly<Record<Access, string>> = {
  [Access.PUBLIC]: 'anyone',
  [Access.ACCESS_UNSPECIFIED]: 'a signed-in user or an API key',
  [Access.INTERNAL]: 'other services only',
};

const IDEMPOTENCY: Readonly<Record<IdempotencyLevel, string>> = {
  [IdempotencyLevel.NO_SIDE_EFFECTS]: 'changes nothing',
  [IdempotencyLevel.IDEMPOTENT]: 'may be repeated: repeating it has no further effect',
  [IdempotencyLevel.IDEMPOTENCY_UNKNOWN]: 'may be repeated with the same Idempotency-Key',
};

/** Describes a service: a list of its RPCs, then each of them. */
export function serviceSection(service: DescService, contracts: Contracts): Html {
  const rows = service.methods.map(
    (method) => html`<tr>
      <th scope="row"><a href="#${anchorOf(method)}"><code>${method.name}</code></a></th>
      <td>${readBindings(method).map((binding) => html`<code class="route">${nameOf(binding)}</code> `)}</td>
      <td>${firstSentence(contracts.comments(method))}</td>
    </tr>`,
  );
  return html`<section>
    <h3 id="${anchorOf(service)}">${service.name} ${anchorLink(service)}</h3>
    <p class="full">${service.typeName}</p>
    ${markUp(contracts.comments(service), contracts.findAnchor)}${deprecation(service.deprecated)}
    <div class="wide"><table class="list"><thead><tr><th>RPC</th><th>REST</th><th>What it does</th></tr></thead><tbody>${rows}</tbody></table></div>
    ${service.methods.map((method) => methodSection(method, contracts))}
  </section>`;
}

function methodSection(method: DescMethod, contracts: Contracts): Html {
  const { input, output, methodKind } = method;
  const streams = methodKind === 'unary' ? '' : html`<dt>Stream</dt><dd>${methodKind.replace('_', ' ')}</dd>`;
  return html`<section class="rpc">
    <h4 id="${anchorOf(method)}">${method.name} ${anchorLink(method)}</h4>
    ${markUp(contracts.comments(method), contracts.findAnchor)}${deprecation(method.deprecated)}
    <dl>
      ${readBindings(method).map((binding) => restFacts(method, binding))}
      <dt>RPC</dt><dd><code>/${method.parent.typeName}/${method.name}</code></dd>
      <dt>Callers</dt><dd>${ACCESS[getOption(method, rpc).access]}</dd>
      <dt>Effect</dt><dd>${IDEMPOTENCY[method.idempotency]}</dd>
      ${streams}
    </dl>
    <h5 id="${anchorOf(input)}">${input.name}</h5>
    ${messageBody(input, contracts)}
    <h5 id="${anchorOf(output)}">${output.name}</h5>
    ${messageBody(output, contracts, true)}
  </section>`;
}

function restFacts(method: DescMethod, binding: Binding): Html {
  const { status = 200, location } = successOf(method);
  const { body, responseBody } = binding;
  const facts = [
    ...(body === '' ? [] : [body === '*' ? 'the body is the request' : html`the body is <code>${body}</code>`]),
    ...(responseBody === '' ? [] : [html`the response is <code>${responseBody}</code>`]),
    `status ${status}`,
    ...(location === undefined ? [] : [html`Location <code>${location}</code>`]),
  ];
  return html`<dt>REST</dt>
    <dd><code class="route">${nameOf(binding)}</code> <span class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</span></dd>`;
}

function nameOf({ httpMethod, path }: Binding): string {
  return `${httpMethod} ${path}`;
}
