export {
  availability,
  type Browsed,
  browse,
  calendar,
  daysOf,
  isBookable,
  type Listed,
  type Range,
} from './browse.ts'
export { changeCapacity } from './capacity.ts'
export {
  type Booking,
  type CalendarDay,
  type CancelBody,
  type Contact,
  cancelBody,
  confirmBody,
  contact,
  extendBody,
  type SlotView,
} from './contract.ts'
export { hold } from './hold.ts'
export { nameOf } from './planner.ts'
export { listBookings, readBooking } from './read.ts'
export { bookingRoutes } from './routes.ts'
export { cancel, confirm, extend } from './steps.ts'
export type { BookingView } from './store.ts'
export { sweep } from './sweep.ts'
export { sweepRoutes } from './sweep-routes.ts'
export { bookingView, statusAt, timeOfView } from './view.ts'
