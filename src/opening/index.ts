export type { ConversationAdapter } from '../store/adapter.js'
export { openDatabase, openUrl } from './open-url.js'
