import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const asService = () => service.client(LogoService, { kind: 'service', name: 'notification' });

describe('FindLogo', () => {
  test('gives the logo of any user, and nothing where there is none', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    await service.client(LogoService, ada.identity).setLogo({ userId: ada.user.id, file: { data: pngFile() } });
    expect((await asService().findLogo({ userId: ada.user.id })).file).toMatchObject({
      contentType: 'image/png',
      data: pngFile(),
    });
    expect((await asService().findLogo({ userId: grace.user.id })).file).toBeUndefined();
    expect((await asService().findLogo({ userId: testUser().userId })).file).toBeUndefined();
  });

  test('is for services only', async () => {
    const { user, identity } = await service.newMember();
    const find = service.client(LogoService, identity).findLogo({ userId: user.id });
    expect((await refusalOf(find)).code).toBe(Code.PermissionDenied);
    expect((await refusalOf(service.client(LogoService).findLogo({ userId: user.id }))).code).toBe(
      Code.Unauthenticated,
    );
    expect((await refusalOf(asService().findLogo({ userId: 'me' }))).code).toBe(Code.InvalidArgument);
  });
});
