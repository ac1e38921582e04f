import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import {
  identityOf,
  type Member,
  required,
  startUserService,
  type UserTestService,
} from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const logosOf = ({ identity }: Pick<Member, 'identity'>, headers: Record<string, string> = {}) =>
  service.client(LogoService, identity, headers);
const fileOf = (data: Uint8Array, contentType = 'image/png') => ({ contentType, data });

describe('SetLogo', () => {
  test('keeps the file, and tells what is known of it with the account', async () => {
    const member = await service.newMember();
    const userId = member.user.id;
    const data = pngFile({ width: 30, height: 20 });
    service.clock.advance(1000);
    const user = required((await logosOf(member).setLogo({ userId, file: fileOf(data) })).user);
    const { file, etag } = await logosOf(member).getLogo({ userId });
    expect(file).toMatchObject({ contentType: 'image/png', data });
    const logo = { contentType: 'image/png', widthPixels: 30, heightPixels: 20, sizeBytes: data.length, etag };
    expect(user).toMatchObject({ logo, etag: '"2"' });
    expect(await service.client(UserService, member.identity).getUser({ userId })).toMatchObject({ user });
  });

  test('replaces the one so far, and says so without telling the file', async () => {
    const member = await service.newMember();
    const userId = member.user.id;
    const [one, other] = [pngFile(), pngFile({ width: 2 })];
    const first = await logosOf(member).setLogo({ userId, file: fileOf(one) });
    const second = await logosOf(member).setLogo({ userId, file: fileOf(other) });
    expect(second.user?.logo?.etag).not.toBe(first.user?.logo?.etag);
    expect((await logosOf(member).getLogo({ userId })).file?.data).toEqual(other);
    const told = (await service.eventsOf(userId)).filter(({ topic }) => topic === 'user.updated');
    expect(told.map(({ message }) => message)).toMatchObject([
      { user: first.user, changes: [{ field: 'logo' }] },
      { user: second.user, changes: [{ field: 'logo' }] },
    ]);
  });

  test('the same file again changes nothing', async () => {
    const member = await service.newMember();
    const request = { userId: member.user.id, file: fileOf(pngFile()) };
    const first = await logosOf(member).setLogo(request);
    expect(await logosOf(member).setLogo(request)).toEqual(first);
    expect(await service.eventsOf(member.user.id)).toHaveLength(2);
  });

  test('other changes of the account leave it as it is', async () => {
    const member = await service.newMember();
    const userId = member.user.id;
    const { user } = await logosOf(member).setLogo({ userId, file: fileOf(pngFile()) });
    const changed = await service.client(UserService, member.identity).updateUser({
      user: { id: userId, name: 'Countess', logo: { contentType: 'image/gif' } },
      updateMask: { paths: ['name', 'logo'] },
    });
    expect(changed.user).toMatchObject({ name: 'Countess', logo: user?.logo });
  });

  test('what a file is counts, whatever it is sent as, unless that is another kind of image', async () => {
    const member = await service.newMember();
    const set = (contentType: string) =>
      logosOf(member).setLogo({ userId: member.user.id, file: fileOf(pngFile(), contentType) });
    for (const type of ['', 'application/octet-stream', 'application/x-www-form-urlencoded', 'IMAGE/PNG; x=y']) {
      expect((await set(type)).user?.logo?.contentType, type).toBe('image/png');
    }
    for (const type of ['image/jpeg', 'image/svg+xml']) {
      const refusal = await refusalOf(set(type));
      expect(refusal, type).toMatchObject({ code: Code.InvalidArgument, fields: ['file'] });
      expect(refusal.message).toMatch(/must be sent as image\/png/);
    }
  });

  test('refuses what is no PNG or JPEG, and leaves the one so far', async () => {
    const member = await service.newMember();
    const userId = member.user.id;
    await logosOf(member).setLogo({ userId, file: fileOf(pngFile()) });
    const files = ['', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a', '--boundary'];
    for (const text of files) {
      const file = fileOf(new TextEncoder().encode(text), 'application/octet-stream');
      const refusal = await refusalOf(logosOf(member).setLogo({ userId, file }));
      expect(refusal, text).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT', fields: ['file'] });
    }
    const svg = { contentType: 'image/svg+xml', data: new TextEncoder().encode('<svg/>') };
    expect((await refusalOf(logosOf(member).setLogo({ userId, file: svg }))).message).toMatch(/save this one as PNG/);
    const odd = { contentType: 'constructor', data: svg.data };
    expect((await refusalOf(logosOf(member).setLogo({ userId, file: odd }))).message).toMatch(/PNG or JPEG file$/);
    const tooLarge = fileOf(new Uint8Array(262_145));
    expect((await refusalOf(logosOf(member).setLogo({ userId, file: tooLarge }))).message).toMatch(/262144 bytes/);
    expect((await logosOf(member).getLogo({ userId })).file?.data).toEqual(pngFile());
  });

  test('is for whoever has the account, also by an API key', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const file = fileOf(pngFile());
    for (const userId of [grace.user.id, randomUUIDv7()]) {
      expect(await refusalOf(logosOf(ada).setLogo({ userId, file }))).toMatchObject({ reason: 'USER_NOT_FOUND' });
    }
    const key = { identity: identityOf(ada.user, '') };
    expect((await logosOf(key).setLogo({ userId: ada.user.id, file })).user?.logo).toBeDefined();
    const refusal = await refusalOf(service.client(LogoService).setLogo({ userId: ada.user.id, file }));
    expect(refusal.code).toBe(Code.Unauthenticated);
    expect(await refusalOf(logosOf(grace).getLogo({ userId: grace.user.id }))).toMatchObject({
      reason: 'LOGO_NOT_FOUND',
    });
  });

  test('is done once with an idempotency key, and not at all in another version', async () => {
    const member = await service.newMember();
    const request = { userId: member.user.id, file: fileOf(pngFile()) };
    const stale = logosOf(member, { 'if-match': '"7"' }).setLogo(request);
    expect(await refusalOf(stale)).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const headers = { 'idempotency-key': 'logo', 'if-match': '"1"' };
    const first = await logosOf(member, headers).setLogo(request);
    expect(await logosOf(member, headers).setLogo(request)).toEqual(first);
    expect(await service.eventsOf(member.user.id)).toHaveLength(2);
  });

  test('of many at once one is the last, and what is known of it is of its file', async () => {
    const member = await service.newMember();
    const userId = member.user.id;
    const files = Array.from({ length: 6 }, (_, index) => pngFile({ width: index + 1 }));
    const answers = await Promise.allSettled(
      files.map((data) => logosOf(member).setLogo({ userId, file: fileOf(data) })),
    );
    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
    const { user } = await service.client(UserService, member.identity).getUser({ userId });
    const { file, etag } = await logosOf(member).getLogo({ userId });
    expect(user?.logo?.etag).toBe(etag);
    expect(file?.data).toEqual(files[(user?.logo?.widthPixels ?? 0) - 1]);
  });

  test('a logo goes with its account', async () => {
    const member = await service.newMember();
    const userId = member.user.id;
    await logosOf(member).setLogo({ userId, file: fileOf(pngFile()) });
    await service.client(UserService, member.identity).deleteUser({ userId });
    const left = await service.db.$client`select from logos where owner_id = ${userId}`;
    expect(left).toHaveLength(0);
    const late = logosOf(member).setLogo({ userId, file: fileOf(pngFile()) });
    expect(await refusalOf(late)).toMatchObject({ reason: 'USER_NOT_FOUND' });
  });
});
