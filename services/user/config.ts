import { key, oneOf } from '../../runtime/process/config.ts';

/** The variables of the user service, besides those of every service. */
export const userConfig = {
  ACCESS_TOKEN_KEY: key({
    description:
      'Key that signs access tokens and from which the tokens of password resets are derived, 32 bytes in base64url',
  }),
  SIGN_UP: oneOf(['open', 'closed'], {
    description: 'Whether anyone can sign up; if not, `npx numer create-user` adds accounts',
    fallback: 'open',
  }),
};
