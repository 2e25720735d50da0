using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Tests;

/// <summary>docker-compose.yml runs the services that the launcher runs, with the settings that the launcher gives.</summary>
public sealed class Compose_in_step
{
    // What only a container needs, because it stands behind nginx.
    private static readonly string[] OnlyInContainers = ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"];

    [Fact]
    public void Every_service_has_its_container_with_the_same_settings()
    {
        var compose = ReadCompose();
        var secrets = Secrets.Of(Directory.CreateTempSubdirectory("compose").FullName);

        foreach (var service in Services.All)
        {
            compose.ShouldContainKey(service.Name);
            var expected = Services.Settings(service, replica: 0, new Dictionary<string, int>(), portBase: 8080, smtpPort: 25, _ => "Host=x", new Uri("amqp://x"), secrets).Keys;
            compose[service.Name].Keys.Except(OnlyInContainers).ShouldBe(expected, ignoreOrder: true, customMessage: service.Name);
        }
    }

    [Fact]
    public void Nothing_else_runs_there_but_the_servers_the_mailbox_and_the_proxy() =>
        ReadCompose().Keys.Except(Services.All.Select(service => service.Name)).ShouldBe(["postgres", "rabbitmq", "mailbox", "nginx"], ignoreOrder: true);

    [Fact]
    public void PostgreSQL_is_set_as_the_launchers_own()
    {
        // A container listens where it is reached, and what the platform is kept with for good can have a standby and backups.
        string[] ofItsPlace = ["listen_addresses", "port", "unix_socket_directories", "wal_level", "max_wal_senders"];
        var command = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml")), @"\n    command:\n      - postgres\n(?<given>.*?)\n    environment:", RegexOptions.Singleline).Groups["given"].Value;
        Regex.Matches(command, @"(?<=      - -c\n      - )\w+=\S+").Select(setting => setting.Value)
            .ShouldBe(PostgreSqlServer.Settings(port: 5432, durable: true).Where(setting => !ofItsPlace.Contains(setting.Key)).Select(setting => $"{setting.Key}={setting.Value}"), ignoreOrder: true);
    }

    [Fact]
    public void Each_service_has_its_own_database()
    {
        var databases = File.ReadAllText(Path.Combine(Repository.Root, "infra", "compose", "postgres", "databases.sql"));

        foreach (var (name, settings) in ReadCompose().Where(one => one.Value.ContainsKey("ConnectionStrings__postgres")))
        {
            settings["ConnectionStrings__postgres"].ShouldEndWith($"Database={name}");
            databases.ShouldContain($"create database {name};");
        }
    }

    [Fact]
    public void The_proxy_lets_through_the_largest_file_that_Catalog_takes() =>
        Proxy().ShouldContain(string.Create(CultureInfo.InvariantCulture, $"client_max_body_size {Import.MostBytes / 1024 / 1024}m;"));

    [Fact]
    public void The_page_for_a_dead_storefront_is_there_needs_nothing_else_and_says_that_orders_are_safe()
    {
        var page = Regex.Match(Proxy(), @"location / \{[^}]*error_page 502 504 =503 /(?<page>[a-z]+\.html);").Groups["page"].Value;
        var root = Regex.Match(Proxy(), $@"location = /{Regex.Escape(page)} \{{[^}}]*root (?<root>[^;]+);").Groups["root"].Value;
        File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml")).ShouldContain($"./infra/compose/{page}:{root}/{page}:ro");

        var html = File.ReadAllText(Path.Combine(Repository.Root, "infra", "compose", page));
        html.ShouldContain("Vos commandes sont à l’abri");
        html.ShouldContain("Your orders are safe");
        html.ShouldNotContain("src=");
        html.ShouldNotContain("<script");
        Regex.Matches(html, @"href=""(?<to>[^""]*)""").Select(link => link.Groups["to"].Value).ShouldBe(["", ""], "the same address again");
    }

    // What the proxy is told by whoever asks it, it believes: nobody from elsewhere may ask it, in clear at that.
    [Fact]
    public void Only_this_machine_reaches_the_proxy_and_the_mailbox()
    {
        var published = File.ReadLines(Path.Combine(Repository.Root, "docker-compose.yml")).Select(line => Regex.Match(line, @"^      - ""(?<port>[0-9.:]+:[0-9]+)""$")).Where(line => line.Success).Select(line => line.Groups["port"].Value).ToList();
        published.ShouldBe(["127.0.0.1:8085:8025", "127.0.0.1:8080:80"], ignoreOrder: true);
        Proxy().ShouldContain("proxy_set_header X-Forwarded-Proto $visitors_scheme;");
    }

    // Keeps away a log that opens orders and accounts: links in mails carry what they prove in their query, and every style sheet's referrer repeats it.
    [Fact]
    public void The_proxy_writes_no_query_and_no_referrer_into_its_logs()
    {
        var proxy = Proxy();
        var format = Regex.Match(proxy, @"log_format (?<name>\w+) '(?<what>[^']*)';");
        Regex.Matches(format.Groups["what"].Value, @"\$\w+").Select(variable => variable.Value)
            .ShouldBe(["$remote_addr", "$time_iso8601", "$request_method", "$path", "$server_protocol", "$status", "$body_bytes_sent", "$request_time"]);
        Regex.Matches(proxy, @"access_log (?<how>[^;]+);").Select(log => log.Groups["how"].Value).ShouldBe(["/dev/stdout " + format.Groups["name"].Value]);
        Regex.Matches(proxy, @"error_log (?<how>[^;]+);").Select(log => log.Groups["how"].Value).ShouldBe(["/dev/stderr crit"]);
    }

    // A member's address stands in the path of an API, and a log is kept longer than a membership.
    [Theory]
    [InlineData("/oullins/boutiques/le-fournil?jeton=secret", "/oullins/boutiques/le-fournil")]
    [InlineData("/", "/")]
    [InlineData("/merchants/api/v1/shops/le-fournil/staff", "/merchants/api/v1/shops/le-fournil/staff")]
    [InlineData("/merchants/api/v1/shops/le-fournil/staff/marie@exemple.fr", "/merchants/api/v1/shops/le-fournil/staff/***")]
    [InlineData("/merchants/api/v1/shops/le-fournil/staff/marie%40exemple.fr?x=1", "/merchants/api/v1/shops/le-fournil/staff/***")]
    [InlineData("/merchants/api/v1/towns/oullins/coordinators/%6darie%2540exemple.fr", "/merchants/api/v1/towns/oullins/coordinators/***")]
    [InlineData("/merchants/api/v1/towns/oullins/%63oordinators/marie@exemple.fr/x", "/merchants/api/v1/towns/oullins/%63oordinators/***")]
    [InlineData("/oullins/produits?q=a/staff/b@c", "/oullins/produits")]
    public void The_proxy_writes_no_address_of_a_member_into_its_log(string asked, string logged)
    {
        var map = Regex.Match(Proxy(), @"map \$request_uri \$path \{(?<lines>.*?)\n    \}", RegexOptions.Singleline).Groups["lines"].Value;
        var rules = Regex.Matches(map, @"""~(?<what>[^""]+)"" ""?(?<to>[^"";]+)""?;").Select(r => (What: r.Groups["what"].Value, To: r.Groups["to"].Value)).ToList();
        rules.Count.ShouldBe(3);
        var (what, to) = rules.First(r => Regex.IsMatch(asked, r.What)); // nginx takes the first that matches
        to.Replace("${before}", "$before", StringComparison.Ordinal).Replace("$before", Regex.Match(asked, what).Groups["before"].Value, StringComparison.Ordinal).ShouldBe(logged);
    }

    private static string Proxy() => File.ReadAllText(Path.Combine(Repository.Root, "infra", "compose", "nginx.conf"));

    // Services and their environments, from the indentation: two spaces a service, four "environment:", six a variable.
    private static Dictionary<string, Dictionary<string, string>> ReadCompose()
    {
        var services = new Dictionary<string, Dictionary<string, string>>();
        var (section, current, inEnvironment) = ("", new Dictionary<string, string>(), false);
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docker-compose.yml")).Where(line => line.Trim() is [not '#', ..]))
        {
            var indent = line.Length - line.TrimStart().Length;
            var parts = line.Trim().Split(':', 2);
            section = indent == 0 ? parts[0] : section;
            if (section != "services")
            {
                continue;
            }

            if (indent == 2)
            {
                services[parts[0]] = current = [];
            }

            inEnvironment = indent <= 4 ? indent == 4 && parts[0] == "environment" : inEnvironment;
            if (inEnvironment && indent == 6)
            {
                current[parts[0]] = parts[1].Trim();
            }
        }

        return services;
    }
}
