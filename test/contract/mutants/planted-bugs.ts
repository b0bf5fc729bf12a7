import { memoryAllLeasesMutants, mongoAllLeasesMutants, postgresAllLeasesMutants } from './all-leases-mutants.js'
import { memoryAttachmentMutants, mongoAttachmentMutants, postgresAttachmentMutants } from './attachment-mutants.js'
import { memoryContactMergeMutants, mongoContactMergeMutants, postgresContactMergeMutants } from './contact-merge-mutants.js'
import { conversationMutants } from './conversation-mutants.js'
import { memoryDeliveryMutants, mongoDeliveryMutants, postgresDeliveryMutants } from './delivery-mutants.js'
import { memoryDoubleMutants, mongoDoubleMutants, postgresDoubleMutants } from './double-mutants.js'
import { memoryEvidenceMutants, postgresEvidenceMutants } from './evidence-mutants.js'
import { memoryGuardMutants, mongoGuardMutants, postgresGuardMutants } from './guarded-write-mutants.js'
import { memoryHistoryMutants, mongoHistoryMutants, postgresHistoryMutants } from './history-mutants.js'
import { mongoInboxJoinMutants, postgresInboxJoinMutants } from './inbox-join-mutants.js'
import { mongoInboxMoveMutants, postgresInboxMoveMutants } from './inbox-move-mutants.js'
import { mongoInboxUndoMutants, postgresInboxUndoMutants } from './inbox-undo-mutants.js'
import { memoryJournalMutants, mongoJournalMutants, postgresJournalMutants } from './journal-mutants.js'
import { memoryLateNewsMutants, mongoLateNewsMutants, postgresLateNewsMutants } from './late-news-mutants.js'
import { memoryLeaseMutants, mongoLeaseMutants, postgresLeaseMutants } from './lease-mutants.js'
import { memoryLinkedMergeMutants, mongoLinkedMergeMutants, postgresLinkedMergeMutants } from './linked-merge-mutants.js'
import { memoryLinkingMergeMutants, mongoLinkingMergeMutants } from './linking-merge-mutants.js'
import { memoryIdentityMutants } from './memory-identity-mutants.js'
import { memoryInboxJoinMutants } from './memory-inbox-join-mutants.js'
import { memoryInboxMoveMutants } from './memory-inbox-move-mutants.js'
import { memoryInboxUndoMutants } from './memory-inbox-undo-mutants.js'
import { memorySyncMutants } from './memory-sync-mutants.js'
import { memoryMergeMutants, mongoMergeMutants, postgresMergeMutants } from './merge-mutants.js'
import { memoryMergedMarksMutants, mongoMergedMarksMutants, postgresMergedMarksMutants } from './merged-marks-mutants.js'
import { messageMutants } from './message-mutants.js'
import { mongoGroupMutants } from './mongo-group-mutants.js'
import { mongoLinkMutants } from './mongo-link-mutants.js'
import { mongoMutants } from './mongo-mutants.js'
import { mongoRaceMutants, mongoStandaloneMutants } from './mongo-race-mutants.js'
import { mongoScopeMutants } from './mongo-scope-mutants.js'
import { mongoWatermarkMutants } from './mongo-watermark-mutants.js'
import { memoryNumberMutants, mongoNumberMutants, postgresNumberMutants } from './number-mutants.js'
import { postgresIdentityMutants } from './postgres-identity-mutants.js'
import { postgresLinkingMergeMutants } from './postgres-linking-mutants.js'
import { postgresMutants } from './postgres-mutants.js'
import { memoryPushedMutants, mongoPushedMutants, postgresPushedMutants } from './pushed-mutants.js'
import { memoryRedirectMutants, mongoRedirectMutants, postgresRedirectMutants } from './redirect-mutants.js'
import { scopeOrderMutants } from './scope-order-mutants.js'
import { storeMutants } from './store-mutants.js'
import { memorySyncAccountMutants, mongoSyncAccountMutants, postgresSyncAccountMutants } from './sync-account-mutants.js'
import { mongoSyncMutants, postgresSyncMutants } from './sync-mutants.js'
import { memoryTimeMutants, mongoTimeMutants, postgresTimeMutants } from './time-mutants.js'
import { memoryUsernameMutants, mongoUsernameMutants, postgresUsernameMutants } from './username-mutants.js'
import { memoryWaitMutants, mongoWaitMutants, postgresWaitMutants } from './wait-mutants.js'
import { mongoWaitingMutants, postgresWaitingMutants } from './waiting-mutants.js'

export const plantedInPostgres = [
  ...postgresUsernameMutants,
  ...postgresMutants,
  ...postgresWaitingMutants,
  ...postgresDeliveryMutants,
  ...postgresIdentityMutants,
  ...postgresEvidenceMutants,
  ...postgresTimeMutants,
  ...postgresHistoryMutants,
  ...postgresAttachmentMutants,
  ...postgresWaitMutants,
  ...postgresMergeMutants,
  ...postgresDoubleMutants,
  ...postgresMergedMarksMutants,
  ...postgresContactMergeMutants,
  ...postgresLinkedMergeMutants,
  ...postgresLeaseMutants,
  ...postgresAllLeasesMutants,
  ...postgresLateNewsMutants,
  ...postgresGuardMutants,
  ...postgresLinkingMergeMutants,
  ...postgresJournalMutants,
  ...postgresSyncAccountMutants,
  ...postgresSyncMutants,
  ...postgresPushedMutants,
  ...postgresInboxJoinMutants,
  ...scopeOrderMutants,
  ...postgresInboxMoveMutants,
  ...postgresInboxUndoMutants,
  ...postgresRedirectMutants,
  ...postgresNumberMutants,
]
export const plantedInMemory = [
  ...memoryUsernameMutants,
  ...storeMutants,
  ...conversationMutants,
  ...messageMutants,
  ...memoryDeliveryMutants,
  ...memoryIdentityMutants,
  ...memoryEvidenceMutants,
  ...memoryTimeMutants,
  ...memoryHistoryMutants,
  ...memoryAttachmentMutants,
  ...memoryWaitMutants,
  ...memoryMergeMutants,
  ...memoryDoubleMutants,
  ...memoryMergedMarksMutants,
  ...memoryContactMergeMutants,
  ...memoryLinkedMergeMutants,
  ...memoryLeaseMutants,
  ...memoryAllLeasesMutants,
  ...memoryLateNewsMutants,
  ...memoryGuardMutants,
  ...memoryLinkingMergeMutants,
  ...memoryJournalMutants,
  ...memorySyncAccountMutants,
  ...memorySyncMutants,
  ...memoryPushedMutants,
  ...memoryInboxJoinMutants,
  ...memoryInboxMoveMutants,
  ...memoryInboxUndoMutants,
  ...memoryRedirectMutants,
  ...memoryNumberMutants,
]

export const plantedInMongo = [
  ...mongoUsernameMutants,
  ...mongoScopeMutants,
  ...mongoMutants,
  ...mongoRaceMutants,
  ...mongoWaitingMutants,
  ...mongoWatermarkMutants,
  ...mongoDeliveryMutants,
  ...mongoGroupMutants,
  ...mongoLinkMutants,
  ...mongoTimeMutants,
  ...mongoHistoryMutants,
  ...mongoAttachmentMutants,
  ...mongoWaitMutants,
  ...mongoMergeMutants,
  ...mongoDoubleMutants,
  ...mongoMergedMarksMutants,
  ...mongoContactMergeMutants,
  ...mongoLinkedMergeMutants,
  ...mongoLeaseMutants,
  ...mongoAllLeasesMutants,
  ...mongoLateNewsMutants,
  ...mongoGuardMutants,
  ...mongoLinkingMergeMutants,
  ...mongoJournalMutants,
  ...mongoSyncAccountMutants,
  ...mongoSyncMutants,
  ...mongoPushedMutants,
  ...mongoInboxJoinMutants,
  ...mongoInboxMoveMutants,
  ...mongoInboxUndoMutants,
  ...mongoRedirectMutants,
  ...mongoNumberMutants,
]

export const plantedInStandaloneMongo = mongoStandaloneMutants
