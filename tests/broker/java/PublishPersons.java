import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A publisher that knows nothing of Jangkau but docs/other-languages.md. Arguments: bootstrap servers, registry,
 * token key as hex, batch id. Standard input: one person a line, "NIK,decile,region". Prints "token<TAB>partition"
 * for each record and then "count<TAB>digest" as its manifest says.
 */
public class PublishPersons {
    private static final long VERSION = (20261L << 32) + 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A schema of the registry and its id there. */
    private record Registered(int id, Schema schema) {
        static Registered latest(String registry, String topic) throws Exception {
            var address = URI.create(registry + "/subjects/" + topic + "-value/versions/latest");
            var request = HttpRequest.newBuilder(address).build();
            var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            var told = JSON.readTree(answer.body());
            return new Registered(told.get("id").asInt(), new Schema.Parser().parse(told.get("schema").asText()));
        }

        byte[] framed(GenericRecord record) throws Exception {
            var out = new ByteArrayOutputStream();
            out.write(0);
            out.write(ByteBuffer.allocate(4).putInt(id).array());
            var encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        }

        Object symbol(String field, String name) {
            return new GenericData.EnumSymbol(schema.getField(field).schema(), name);
        }
    }

    public static void main(String[] arguments) throws Exception {
        String registry = arguments[1], batch = arguments[3];
        var cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(HexFormat.of().parseHex(arguments[2]), "AES"));
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", arguments[0],
                "key.serializer", StringSerializer.class,
                "value.serializer", ByteArraySerializer.class);
        var persons = Registered.latest(registry, "dtsen.persons");
        var regencies = new TreeMap<String, Long>();
        long count = 0, digest = 0;
        try (var producer = new KafkaProducer<String, byte[]>(settings)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            List<String> tokens = new ArrayList<>();
            for (var line : new BufferedReader(new InputStreamReader(System.in)).lines().toList()) {
                var fields = line.split(",");
                byte[] token = cipher.doFinal(fields[0].getBytes(StandardCharsets.US_ASCII));
                var value = persons.framed(person(persons, batch, Integer.parseInt(fields[1]), fields[2]));
                tokens.add(HexFormat.of().formatHex(token));
                var record = new ProducerRecord<>("dtsen.persons", tokens.get(tokens.size() - 1), value);
                record.headers().add("batch", batch.getBytes(StandardCharsets.UTF_8));
                sent.add(producer.send(record));
                count += 1;
                digest += word(token, VERSION);
                regencies.merge(fields[2].substring(0, 5), 1L, Long::sum);
            }
            for (int at = 0; at < sent.size(); at++) {
                // Throws what could not be delivered: then there is no manifest.
                System.out.println(tokens.get(at) + "\t" + sent.get(at).get().partition());
            }
            var manifests = Registered.latest(registry, "agency.manifests");
            var manifest = manifests.framed(manifest(manifests, count, digest, regencies));
            producer.send(new ProducerRecord<>("agency.manifests", batch, manifest)).get();
        }
        System.out.println(count + "\t" + HexFormat.of().toHexDigits(digest));
    }

    private static GenericRecord person(Registered registered, String batch, int decile, String region) {
        return new GenericRecordBuilder(registered.schema())
                .set("version", VERSION)
                .set("batch", batch)
                .set("decile", decile)
                .set("extreme_poor", false)
                .set("birth_date", (int) LocalDate.of(1990, 5, 17).toEpochDay())
                .set("sex", registered.symbol("sex", "FEMALE"))
                .set("region", region)
                .set("work_status", 1)
                .set("presence", registered.symbol("presence", "PRESENT"))
                .set("observed_at", System.currentTimeMillis())
                .build();
    }

    private static GenericRecord manifest(
            Registered registered, long count, long digest, Map<String, Long> regencies) {
        var each = registered.schema().getField("regencies").schema().getElementType();
        var counted = new ArrayList<GenericRecord>();
        regencies.forEach((region, number) -> counted.add(
                new GenericRecordBuilder(each).set("region", region).set("count", number).build()));
        return new GenericRecordBuilder(registered.schema())
                .set("agency", registered.symbol("agency", "BPS"))
                .set("topic", "dtsen.persons")
                .set("scope", registered.symbol("scope", "PART"))
                .set("count", count)
                .set("digest", HexFormat.of().toHexDigits(digest))
                .set("published_at", System.currentTimeMillis())
                .set("regencies", counted)
                .build();
    }

    static long word(byte[] token, long version) {
        var halves = ByteBuffer.wrap(token);
        long a = halves.getLong(), b = halves.getLong();
        return mix(a + mix(b + mix(version)));
    }

    static long mix(long x) {
        x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }
}
