import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('GetLogo', () => {
  test('gives the file with a tag that is that of its bytes', async () => {
    const tags = [];
    for (const width of [1, 2, 1]) {
      const { user, identity } = await service.newMember();
      const logos = service.client(LogoService, identity);
      const data = pngFile({ width });
      await logos.setLogo({ userId: user.id, file: { data } });
      const { file, etag } = await logos.getLogo({ userId: user.id.toUpperCase() });
      expect(file).toMatchObject({ contentType: 'image/png', data });
      tags.push(etag);
    }
    expect(tags[0]).toBe(tags[2]);
    expect(tags[0]).not.toBe(tags[1]);
  });

  test('says that there is none, and nothing of those of others', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    await service.client(LogoService, grace.identity).setLogo({ userId: grace.user.id, file: { data: pngFile() } });
    const get = (userId: string) => service.client(LogoService, ada.identity).getLogo({ userId });
    expect(await refusalOf(get(ada.user.id))).toMatchObject({ code: Code.NotFound, reason: 'LOGO_NOT_FOUND' });
    expect(await refusalOf(get(grace.user.id))).toMatchObject({ code: Code.NotFound, reason: 'USER_NOT_FOUND' });
    expect((await refusalOf(get('me'))).code).toBe(Code.InvalidArgument);
    const byNobody = service.client(LogoService).getLogo({ userId: grace.user.id });
    expect((await refusalOf(byNobody)).code).toBe(Code.Unauthenticated);
  });
});
