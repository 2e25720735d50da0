using System.Text;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Payments.StripeNet;
using Marketplace.StripeSimulator.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using Stripe;

namespace Marketplace.StripeSimulator.Tests.StripeNet;

public sealed class Stripe_net_gateway : GatewayContract
{
    private protected override IPaymentGateway Open(StripeSettings settings) => new StripeNetGateway(settings, TimeProvider.System, NullLogger<StripeNetGateway>.Instance);

    [Fact]
    public void Speaks_the_version_that_the_other_gateway_pins() => StripeConfiguration.ApiVersion.ShouldBe(StripeSettings.Version);

    [Fact]
    public void Stripes_own_package_takes_the_simulators_signatures()
    {
        const string Body = """{"id":"evt_1","object":"event","type":"charge.captured"}""";
        var header = Deliveries.Sign(Encoding.UTF8.GetBytes(Body), Simulator.Secret, DateTimeOffset.UtcNow);
        Should.NotThrow(() => EventUtility.ValidateSignature(Body, header, Simulator.Secret));
        Should.Throw<StripeException>(() => EventUtility.ValidateSignature(Body, header, "whsec_other"));
    }
}
