using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Payments.StripeNet;

namespace Marketplace.StripeSimulator.Tests.StripeNet;

public sealed class Stripe_net_gateway_trying_again : Trying_again
{
    private protected override IPaymentGateway Open(StripeSettings settings, List<string> said, HttpMessageHandler? inner) =>
        new StripeNetGateway(settings, TimeProvider.System, new Lines<StripeNetGateway>(said), inner);
}
