import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import type { ChangingCalls } from './changing-calls.ts';

/** Calls of the routes that change settings of an account. */
export function settingsCalls(api: Api): ChangingCalls {
  const series = () => {
    const name = `s-${randomUUID().slice(0, 8)}`;
    return { name, documentType: 'INVOICE', pattern: `${name}-{SEQ}` };
  };
  return {
    'POST /number-series': async () => ({ path: '/number-series', body: series() }),
    'PATCH /number-series/{number_series.name}': async () => {
      const { name, pattern } = await api.post('/number-series', series());
      return { path: `/number-series/${name}`, body: { pattern: `new-${pattern}` } };
    },
    'PATCH /mail-settings': async () => {
      const { attachPdf } = await api.get('/mail-settings');
      return { path: '/mail-settings', body: { attachPdf: attachPdf !== true } };
    },
    'PATCH /reminder-settings': async () => {
      const { timeOfDay } = await api.get('/reminder-settings');
      const body = {
        steps: [{ daysBeforeDue: timeOfDay === '09:00' ? 14 : 7 }],
        timeOfDay: timeOfDay === '09:00' ? '10:00' : '09:00',
      };
      return { path: '/reminder-settings', body };
    },
    'PATCH /invoice-settings': async () => {
      const { roundingPolicy } = await api.get('/invoice-settings');
      return { path: '/invoice-settings', body: { roundingPolicy: roundingPolicy === 'LINE' ? 'DOCUMENT' : 'LINE' } };
    },
  };
}
