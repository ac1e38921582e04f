import { describe, expect, test } from 'vitest';
import { completeSettings, findSettingFaults } from './settings.ts';

const settings = { locale: 'de-AT', timeZone: 'Europe/Vienna', defaultCurrencyCode: 'CHF' };

describe('settings', () => {
  test('are completed with the defaults', () => {
    expect(completeSettings({ locale: '', timeZone: '', defaultCurrencyCode: '' })).toEqual({
      locale: 'en',
      timeZone: 'UTC',
      defaultCurrencyCode: 'EUR',
    });
  });

  test('that are given stay', () => {
    expect(completeSettings(settings)).toEqual(settings);
  });

  test('that mean something have no fault', () => {
    expect(findSettingFaults(settings)).toEqual([]);
  });

  test.each(['Mars/Olympus', '+02:00', 'Europe/Berlin; drop'])('refuse the time zone %s', (timeZone) => {
    expect(findSettingFaults({ ...settings, timeZone }).map(({ field }) => field)).toEqual(['time_zone']);
  });

  test.each(['XYZ', 'EURO', 'eur', 'XAU', 'HRK'])('refuse the currency %s', (defaultCurrencyCode) => {
    expect(findSettingFaults({ ...settings, defaultCurrencyCode }).map(({ field }) => field)).toEqual([
      'default_currency_code',
    ]);
  });
});
