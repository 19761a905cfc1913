// What the published types demand of the script. It compiles exactly when ours can stand in for theirs.
import type { Stripe, StripeConstructorOptions, StripeElements, StripePaymentElement } from '@stripe/stripe-js';

type Calls = 'elements' | 'confirmSetup' | 'confirmPayment' | 'handleNextAction' | 'retrieveSetupIntent'
  | 'retrievePaymentIntent' | 'createConfirmationToken' | 'confirmCardSetup' | 'confirmCardPayment' | 'createPaymentMethod';

export const make: (key: string, options?: StripeConstructorOptions) => Pick<Stripe, Calls> = makeStripe;
export const group = (ours: Elements): StripeElements => ours;
export const element = (ours: PaymentElement): StripePaymentElement => ours;
