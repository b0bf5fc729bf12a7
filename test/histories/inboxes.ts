export const inboxes = ['page-0', 'page-1', 'page-2'] as const
