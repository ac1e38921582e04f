import type { Database } from '../../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../../runtime/database/prepare-on-first-use.ts';
import { preparePrune } from '../../../runtime/database/prepare-prune.ts';
import {
  prepareClaimAccountMail,
  prepareDeferAccountMail,
  prepareFinishAccountMail,
  prepareQueueAccountMails,
} from './account-mails.ts';
import { prepareClaimMails } from './claim-mail.ts';
import { prepareClaimWebhooks } from './claim-webhooks.ts';
import { prepareCreateWebhookEndpoint } from './create-webhook-endpoint.ts';
import { prepareDecideRetractions } from './decide-retractions.ts';
import { prepareFindDocumentLink, prepareSaveDocumentLink } from './document-links.ts';
import { prepareEraseMails } from './erase-mails.ts';
import { prepareEraseOwners } from './erase-owners.ts';
import { prepareFindNotification } from './find-notification.ts';
import { prepareFindWebhookEndpoint, prepareListWebhookEndpoints } from './find-webhook-endpoint.ts';
import { prepareListNotifications } from './list-notifications.ts';
import { prepareFindWebhookDelivery, prepareListWebhookDeliveries } from './list-webhook-deliveries.ts';
import { prepareFindMailSettings, prepareGetMailSettings, prepareSaveMailSettings } from './mail-settings.ts';
import { preparePruneDeletedEndpoints, preparePruneOldWebhooks } from './prune-webhooks.ts';
import { prepareQueueAccountNotices } from './queue-account-notices.ts';
import { prepareQueueMails } from './queue-mails.ts';
import { prepareFindResendLimit, prepareQueueResend } from './queue-resend.ts';
import { prepareFindListening, prepareQueueTestWebhook, prepareQueueWebhooks } from './queue-webhooks.ts';
import { prepareReleaseLeases } from './release-leases.ts';
import { prepareResendWebhook } from './resend-webhook.ts';
import { accountNoticeTimes, documentResends, mailRetractions, mailWithdrawals, quoteAnswers } from './schema.ts';
import { prepareDeferMail, prepareFinishMails } from './settle-mail.ts';
import { prepareReleaseWebhook, prepareSettleWebhooks } from './settle-webhooks.ts';
import { prepareDeleteWebhookEndpoint, prepareUpdateWebhookEndpoint } from './update-webhook-endpoint.ts';

/** All statements of the service. */
export type Store = ReturnType<typeof createStore>;

/** Prepares all statements of the service. A claim of mails holds for `leaseMs`. */
export function createStore(db: Database, leaseMs: number) {
  return prepareOnFirstUse(db, {
    queueMails: prepareQueueMails,
    queueResend: prepareQueueResend,
    findResendLimit: prepareFindResendLimit,
    queueAccountMails: prepareQueueAccountMails,
    queueAccountNotices: prepareQueueAccountNotices,
    claimAccountMail: (on) => prepareClaimAccountMail(on, leaseMs),
    finishAccountMail: prepareFinishAccountMail,
    deferAccountMail: prepareDeferAccountMail,
    eraseOwners: prepareEraseOwners,
    eraseNext: prepareEraseMails,
    claimMails: (on) => prepareClaimMails(on, leaseMs),
    finishMails: prepareFinishMails,
    deferMail: prepareDeferMail,
    decideRetractions: prepareDecideRetractions,
    pruneMailWithdrawals: (on) => preparePrune(on, 'prune_mail_withdrawals', mailWithdrawals.createTime),
    pruneQuoteAnswers: (on) => preparePrune(on, 'prune_quote_answers', quoteAnswers.createTime),
    pruneRetractions: (on) => preparePrune(on, 'prune_retractions', mailRetractions.createTime),
    pruneResends: (on) => preparePrune(on, 'prune_resends', documentResends.updateTime),
    pruneAccountNoticeTimes: (on) => preparePrune(on, 'prune_account_notice_times', accountNoticeTimes.updateTime),
    findNotification: prepareFindNotification,
    listNotifications: prepareListNotifications,
    getMailSettings: prepareGetMailSettings,
    findMailSettings: prepareFindMailSettings,
    saveMailSettings: prepareSaveMailSettings,
    findDocumentLink: prepareFindDocumentLink,
    saveDocumentLink: prepareSaveDocumentLink,
    findListening: prepareFindListening,
    queueWebhooks: prepareQueueWebhooks,
    queueTestWebhook: prepareQueueTestWebhook,
    claimWebhooks: prepareClaimWebhooks,
    settleWebhooks: prepareSettleWebhooks,
    releaseWebhook: prepareReleaseWebhook,
    releaseLeases: prepareReleaseLeases,
    resendWebhook: prepareResendWebhook,
    pruneOldWebhooks: preparePruneOldWebhooks,
    pruneDeletedEndpoints: preparePruneDeletedEndpoints,
    createWebhookEndpoint: prepareCreateWebhookEndpoint,
    findWebhookEndpoint: prepareFindWebhookEndpoint,
    listWebhookEndpoints: prepareListWebhookEndpoints,
    updateWebhookEndpoint: prepareUpdateWebhookEndpoint,
    deleteWebhookEndpoint: prepareDeleteWebhookEndpoint,
    listWebhookDeliveries: prepareListWebhookDeliveries,
    findWebhookDelivery: prepareFindWebhookDelivery,
  });
}
