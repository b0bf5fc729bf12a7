export { dialog360 } from './dialog360/normalizer.js'
export { evolution } from './evolution/normalizer.js'
export { createWebhookHandler } from './handler/create-webhook-handler.js'
export type { WebhookHandler, WebhookHandlerOptions } from './handler/options.js'
export { type NodeRequest, type NodeResponse, toNodeHandler } from './handler/to-node-handler.js'
export { type IngestOptions, ingestEvent, ingestWebhook, type WebhookChannel } from './ingest-webhook.js'
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
export { dialog360Protocol } from './protocols/dialog360.js'
export { evolutionProtocol } from './protocols/evolution.js'
export { headerProtocol } from './protocols/header.js'
export { metaProtocol } from './protocols/meta.js'
export { telegramProtocol } from './protocols/telegram.js'
export { twilioProtocol } from './protocols/twilio.js'
export type { HandledChannel, WebhookAnswer, WebhookProtocol } from './protocols/webhook-protocol.js'
export { zaloProtocol } from './protocols/zalo.js'
export type { MessengerOptions } from './reading/messaging/messaging-context.js'
export { dialog360Signature } from './signatures/dialog360.js'
export { type EvolutionSecrets, evolutionSignature } from './signatures/evolution.js'
export { type HeaderSecret, headerSignature } from './signatures/header.js'
export { metaSignature } from './signatures/meta.js'
export type { RefusedSignature, RequestHeaders, Secrets, SignatureVerdict, SignedRequest } from './signatures/signed-request.js'
export { telegramSignature } from './signatures/telegram.js'
export { type TwilioSecrets, twilioSignature } from './signatures/twilio.js'
export { type ZaloSecrets, zaloSignature } from './signatures/zalo.js'
export { telegram } from './telegram/normalizer.js'
export { twilio } from './twilio/normalizer.js'
export type { WebhookLogger } from './webhook-logger.js'
export type { IngestedConversation, WebhookReport } from './webhook-report.js'
export type { DisplayedInbox, NamedInbox, OwnerOf, StoreOf, WebhookAccount, WebhookStore } from './webhook-store.js'
export { whatsapp } from './whatsapp/normalizer.js'
export { widget } from './widget/normalizer.js'
export { zalo } from './zalo/normalizer.js'
