import { key, oneOf } from '../../runtime/process/config.ts';

/** The variables of the user service, besides those of every service. */
export const userConfig = {
  ACCESS_TOKEN_KEY: key({
    description: 'key that signs access tokens and makes those of password resets, 32 bytes in base64url',
  }),
  SIGN_UP: oneOf(['open', 'closed'], {
    description: 'Whether anybody can sign up; when not, `npx numer create-user` adds accounts',
    fallback: 'open',
  }),
};
