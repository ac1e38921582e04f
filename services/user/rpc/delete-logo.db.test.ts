import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Member, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const logosOf = ({ identity }: Member, headers: Record<string, string> = {}) =>
  service.client(LogoService, identity, headers);

async function newMember(): Promise<Member> {
  const member = await service.newMember();
  await logosOf(member).setLogo({ userId: member.user.id, file: { data: pngFile() } });
  return member;
}

describe('DeleteLogo', () => {
  test('takes it away, with its file, and says so', async () => {
    const member = await newMember();
    const userId = member.user.id;
    await logosOf(member).deleteLogo({ userId });
    expect(await refusalOf(logosOf(member).getLogo({ userId }))).toMatchObject({ reason: 'LOGO_NOT_FOUND' });
    const { user } = await service.client(UserService, member.identity).getUser({ userId });
    expect([user?.logo, user?.etag]).toEqual([undefined, '"3"']);
    expect(await service.db.$client`select from logos where owner_id = ${userId}`).toHaveLength(0);
    const told = (await service.eventsOf(userId)).at(-1);
    expect(told).toMatchObject({ topic: 'user.updated', message: { user, changes: [{ field: 'logo' }] } });
  });

  test('there is none to delete a second time, nor of somebody else', async () => {
    const [ada, grace] = [await service.newMember(), await newMember()];
    expect(await refusalOf(logosOf(ada).deleteLogo({ userId: ada.user.id }))).toMatchObject({
      ...{ code: Code.NotFound, reason: 'LOGO_NOT_FOUND' },
    });
    expect(await refusalOf(logosOf(ada).deleteLogo({ userId: grace.user.id }))).toMatchObject({
      reason: 'USER_NOT_FOUND',
    });
    const byNobody = service.client(LogoService).deleteLogo({ userId: grace.user.id });
    expect((await refusalOf(byNobody)).code).toBe(Code.Unauthenticated);
    expect((await refusalOf(logosOf(ada).deleteLogo({ userId: '' }))).code).toBe(Code.InvalidArgument);
    expect((await logosOf(grace).getLogo({ userId: grace.user.id })).file?.data).toEqual(pngFile());
  });

  test('is done once with an idempotency key, and not at all in another version', async () => {
    const member = await newMember();
    const request = { userId: member.user.id };
    const stale = logosOf(member, { 'if-match': '"1"' }).deleteLogo(request);
    expect(await refusalOf(stale)).toMatchObject({ reason: 'ETAG_MISMATCH' });
    const again = logosOf(member, { 'idempotency-key': 'delete', 'if-match': '"2"' });
    await again.deleteLogo(request);
    await logosOf(member).setLogo({ userId: member.user.id, file: { data: pngFile() } });
    await again.deleteLogo(request);
    expect((await logosOf(member).getLogo(request)).file?.data).toEqual(pngFile());
  });
});
