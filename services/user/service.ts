import { file_numer_user_v1_api_key_events } from '../../gen/numer/user/v1/api_key_events_pb.ts';
import { ApiKeyService } from '../../gen/numer/user/v1/api_key_service_pb.ts';
import { CustomerBulkService } from '../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { file_numer_user_v1_customer_events } from '../../gen/numer/user/v1/customer_events_pb.ts';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { LogoService } from '../../gen/numer/user/v1/logo_service_pb.ts';
import { file_numer_user_v1_password_reset_events } from '../../gen/numer/user/v1/password_reset_events_pb.ts';
import { PasswordResetService } from '../../gen/numer/user/v1/password_reset_service_pb.ts';
import { file_numer_user_v1_session_events } from '../../gen/numer/user/v1/session_events_pb.ts';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { file_numer_user_v1_user_events } from '../../gen/numer/user/v1/user_events_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import { implement } from '../../runtime/call/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { defineService } from '../../runtime/process/service.ts';
import { userConfig } from './config.ts';
import { createDeps } from './deps.ts';
import { pruneExpired } from './jobs/prune-expired.ts';
import { authenticate } from './rpc/authenticate.ts';
import { batchGetParties } from './rpc/batch-get-parties.ts';
import { changePassword } from './rpc/change-password.ts';
import { confirmPasswordReset } from './rpc/confirm-password-reset.ts';
import { createApiKey } from './rpc/create-api-key.ts';
import { createCustomer } from './rpc/create-customer.ts';
import { createSession } from './rpc/create-session.ts';
import { createUser } from './rpc/create-user.ts';
import { deleteApiKey } from './rpc/delete-api-key.ts';
import { deleteCustomer } from './rpc/delete-customer.ts';
import { deleteLogo } from './rpc/delete-logo.ts';
import { deleteSession } from './rpc/delete-session.ts';
import { deleteUser } from './rpc/delete-user.ts';
import { downloadCustomers } from './rpc/download-customers.ts';
import { findLogo } from './rpc/find-logo.ts';
import { getCustomer } from './rpc/get-customer.ts';
import { getLogo } from './rpc/get-logo.ts';
import { getPasswordResetToken } from './rpc/get-password-reset-token.ts';
import { getUser } from './rpc/get-user.ts';
import { importCustomers } from './rpc/import-customers.ts';
import { listApiKeys } from './rpc/list-api-keys.ts';
import { listCustomers } from './rpc/list-customers.ts';
import { refreshSession } from './rpc/refresh-session.ts';
import { requestPasswordReset } from './rpc/request-password-reset.ts';
import { setLogo } from './rpc/set-logo.ts';
import { updateCustomer } from './rpc/update-customer.ts';
import { updateUser } from './rpc/update-user.ts';

/** Accounts, the sessions and API keys that act for them, and their customers. */
export const userService = defineService({
  name: 'user',
  migrations: new URL('./migrations/', import.meta.url),
  config: userConfig,
  events: [
    file_numer_user_v1_user_events,
    file_numer_user_v1_session_events,
    file_numer_user_v1_password_reset_events,
    file_numer_user_v1_api_key_events,
    file_numer_user_v1_customer_events,
  ],
  createDeps,
  routes(router, deps) {
    router.service(
      UserService,
      implement(UserService, deps, { createUser, getUser, updateUser, changePassword, deleteUser, batchGetParties }),
    );
    router.service(
      SessionService,
      implement(SessionService, deps, { createSession, refreshSession, deleteSession, authenticate }),
    );
    router.service(
      PasswordResetService,
      implement(PasswordResetService, deps, { requestPasswordReset, confirmPasswordReset, getPasswordResetToken }),
    );
    router.service(ApiKeyService, implement(ApiKeyService, deps, { createApiKey, listApiKeys, deleteApiKey }));
    router.service(
      CustomerService,
      implement(CustomerService, deps, { createCustomer, getCustomer, listCustomers, updateCustomer, deleteCustomer }),
    );
    router.service(CustomerBulkService, implement(CustomerBulkService, deps, { downloadCustomers, importCustomers }));
    router.service(LogoService, implement(LogoService, deps, { getLogo, setLogo, deleteLogo, findLogo }));
  },
  consumers: [],
  jobs: [pruneExpired, eraseAccounts],
});
