using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Tests;

public sealed class Making_the_containers_secrets
{
    [Fact]
    public async Task Makes_all_that_compose_asks_for_and_a_certificate_that_opens()
    {
        var folder = Checkout();
        await MakeAsync(folder);
        var made = Read(folder);
        var asked = File.ReadLines(Path.Combine(Repository.Root, "docker-compose.yml")).Where(line => line.Contains(":?run infra/compose/make-env.sh}", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("${", StringComparison.Ordinal) + 2)..line.IndexOf(":?", StringComparison.Ordinal)]).ToList();
        asked.ShouldContain("DATA_PROTECTION_CERTIFICATE");
        made.Keys.ShouldBe([.. asked, "PUBLIC_URL"], ignoreOrder: true);
        made.Values.ShouldAllBe(value => value.Length > 10);
        Opens(made["DATA_PROTECTION_CERTIFICATE"]);
        File.GetUnixFileMode(Path.Combine(folder, ".env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_file_of_before_keeps_its_secrets_and_gets_what_it_lacks()
    {
        var folder = Checkout();
        await File.WriteAllTextAsync(Path.Combine(folder, ".env"), "POSTGRES_PASSWORD=of-the-databases-that-are-there\nOPERATOR_KEY_HASH=known\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(folder, ".env"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        (await MakeAsync(folder)).ShouldBeEmpty("no second operator");
        File.GetUnixFileMode(Path.Combine(folder, ".env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var first = Read(folder);
        (first["POSTGRES_PASSWORD"], first["OPERATOR_KEY_HASH"]).ShouldBe(("of-the-databases-that-are-there", "known"));
        first.ShouldContainKey("DATA_PROTECTION_CERTIFICATE");
        await MakeAsync(folder);
        Read(folder).ShouldBe(first);
    }

    [Fact]
    public void The_launcher_makes_a_certificate_of_its_own_once()
    {
        var secrets = Secrets.Of(Directory.CreateTempSubdirectory("certificate").FullName);
        var made = ProtectionCertificate.Of(secrets);
        Opens(made);
        ProtectionCertificate.Of(secrets).ShouldBe(made);
    }

    private static void Opens(string certificate)
    {
        using var opened = X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(certificate), null);
        using var key = opened.GetRSAPrivateKey();
        key!.KeySize.ShouldBe(3072);
    }

    private static string Checkout()
    {
        var folder = Directory.CreateTempSubdirectory("make-env").FullName;
        var script = Path.Combine(folder, "infra", "compose", "make-env.sh");
        Directory.CreateDirectory(Path.GetDirectoryName(script)!);
        File.Copy(Path.Combine(Repository.Root, "infra", "compose", "make-env.sh"), script);
        return folder;
    }

    private static async Task<string> MakeAsync(string folder)
    {
        using var making = Process.Start(new ProcessStartInfo("sh", [Path.Combine(folder, "infra", "compose", "make-env.sh")]) { RedirectStandardOutput = true })!;
        var said = await making.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await making.WaitForExitAsync(TestContext.Current.CancellationToken);
        making.ExitCode.ShouldBe(0);
        return said;
    }

    private static Dictionary<string, string> Read(string folder) =>
        File.ReadLines(Path.Combine(folder, ".env")).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
