using Marketplace.Ordering.Payments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.StripeSimulator.Tests;

public sealed class Stripe_gateway : GatewayContract
{
    private protected override IPaymentGateway Open(StripeSettings settings) => new StripeGateway(settings, TimeProvider.System, NullLogger<StripeGateway>.Instance);
}
