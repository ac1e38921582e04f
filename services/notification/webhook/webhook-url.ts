import { isIP } from 'node:net';
import { hostOf } from '../../../runtime/host-of.ts';
import { isPublicAddress } from './public-address.ts';

/** Whether webhooks may go to public addresses over https only, or anywhere. */
export type Targets = 'public' | 'any';

/** What is wrong with the URL of an endpoint, in words that follow "must"; undefined when nothing is. Its host is looked up only later. */
export function findUrlFault(text: string, targets: Targets): string | undefined {
  const url = URL.parse(text);
  // The parser drops white space and control characters, but the text is shown as it is.
  if (url === null || /[\s\p{Cc}]/u.test(text)) return 'be a URL such as https://example.com/webhooks';
  if (url.protocol !== 'https:' && !(targets === 'any' && url.protocol === 'http:')) return 'begin with https://';
  if (url.username !== '' || url.password !== '') return 'have no user name and no password';
  // The parser does not report an empty fragment.
  if (text.includes('#')) return 'have no fragment';
  if (targets === 'public' && !isPublicHost(url)) return 'have a host with a public address';
  return undefined;
}

/** False for an address that is not public. A name may be anything. */
export function isPublicHost(url: URL): boolean {
  const address = hostOf(url);
  return isIP(address) === 0 || isPublicAddress(address);
}
