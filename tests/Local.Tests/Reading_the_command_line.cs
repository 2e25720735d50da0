namespace Marketplace.Local.Tests;

public sealed class Reading_the_command_line
{
    [Fact]
    public void Nothing_said_means_the_checkouts_own_directory_and_port_8080()
    {
        CommandLine.TryParse([], out var command, out _).ShouldBeTrue();

        command.Verb.ShouldBe(Verb.Run);
        command.PortBase.ShouldBe(8080);
        command.Demo.ShouldBeTrue();
        command.Data.ShouldEndWith("/.local");
    }

    [Fact]
    public void Options_are_read_with_a_space_or_an_equals_sign()
    {
        CommandLine.TryParse(["--data", "/tmp/a", "--port-base=9000", "--reset", "--no-demo", "--replicas", "ordering=2", "--replicas=catalog=3"], out var command, out _)
            .ShouldBeTrue();

        command.Data.ShouldBe("/tmp/a");
        command.PortBase.ShouldBe(9000);
        command.Reset.ShouldBeTrue();
        command.Demo.ShouldBeFalse();
        command.Replicas.ShouldBe(new Dictionary<string, int> { ["ordering"] = 2, ["catalog"] = 3 }, ignoreOrder: true);
    }

    [Fact]
    public void Rebuild_is_for_the_services_that_keep_read_models_or_for_one_of_them()
    {
        CommandLine.TryParse(["rebuild"], out var all, out _).ShouldBeTrue();
        CommandLine.TryParse(["rebuild", "ordering", "--data", "/tmp/a"], out var one, out _).ShouldBeTrue();

        all.Verb.ShouldBe(Verb.Rebuild);
        all.Rebuilt.Select(service => service.Name).ShouldBe(["ordering"]);
        one.Rebuilt.Select(service => service.Name).ShouldBe(["ordering"]);
        CommandLine.TryParse(["rebuild", "catalog"], out _, out _).ShouldBeFalse();
        CommandLine.TryParse(["ordering"], out _, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--port-base", "eighty")]
    [InlineData("--replicas", "bakery=2")]
    [InlineData("--replicas", "ordering")]
    [InlineData("--frobnicate", "")]
    public void What_is_not_understood_is_said_with_the_usage(string option, string value)
    {
        CommandLine.TryParse([option, value], out _, out var words).ShouldBeFalse();

        words.ShouldNotBeNull().ShouldContain(option);
        words.ShouldContain("--replicas NAME=N");
        words.Contains("takes the name of a service (merchants, catalog", StringComparison.Ordinal).ShouldBe(option == "--replicas");
    }
}
