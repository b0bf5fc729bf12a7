export { dialog360 } from './dialog360/normalizer.js'
export { evolution } from './evolution/normalizer.js'
export { type IngestOptions, ingestWebhook, type WebhookChannel } from './ingest-webhook.js'
export { instagram, instagramWith } from './instagram/normalizer.js'
export { messenger, messengerWith } from './messenger/normalizer.js'
export type {
  ChannelNormalizer,
  HistoryProgress,
  IgnoredItem,
  NormalizedItem,
  NormalizedWebhook,
  NormalizeOptions,
  RejectedItem,
} from './normalized-webhook.js'
export { parseWebhookBody } from './parse-body.js'
export type { MessengerOptions } from './reading/messaging/messaging-context.js'
export { telegram } from './telegram/normalizer.js'
export { twilio } from './twilio/normalizer.js'
export type { WebhookLogger } from './webhook-logger.js'
export type { IngestedConversation, WebhookReport } from './webhook-report.js'
export type { WebhookAccount, WebhookStore } from './webhook-store.js'
export { whatsapp } from './whatsapp/normalizer.js'
export { widget } from './widget/normalizer.js'
export { zalo } from './zalo/normalizer.js'
