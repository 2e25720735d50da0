using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Marketplace.Local.Tests;

/// <summary>Lists of a gateway, three things a page: enough to be read to the end.</summary>
internal sealed class PlayedGateway : IAsyncDisposable
{
    private const int PerPage = 3;
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, string[]> _lists;
    private readonly Task _answering;

    internal PlayedGateway(Dictionary<string, string[]> lists)
    {
        _lists = lists;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _answering = AnswerAsync();
    }

    internal Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var list = _lists[call.Request.Url!.Segments[^1]];
            var after = call.Request.QueryString["starting_after"];
            var begin = after is null ? 0 : Array.FindIndex(list, one => one.Contains($"\"{after}\"", StringComparison.Ordinal)) + 1;
            var page = list.Skip(begin).Take(PerPage).ToList();
            var answer = Encoding.UTF8.GetBytes($$"""{"data":[{{string.Join(',', page)}}],"has_more":{{(begin + page.Count < list.Length ? "true" : "false")}}}""");
            call.Response.ContentType = "application/json";
            await call.Response.OutputStream.WriteAsync(answer);
            call.Response.Close();
        }
    }
}
